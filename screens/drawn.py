"""What Textual and Rich keep of all that they have drawn: words, colours, places."""

import ctypes
import functools
import gc
from contextlib import suppress

_KEEPERS = ("rich", "textual")


def forget() -> None:
    """Empties their caches: the next visit finds nothing of this one, and memory stays as it is.

    They grow to 30 MB with four languages and some sizes of the window, and hold words that were on
    the screen. What is drawn next is computed once more, for some milliseconds.
    """
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper):
            module = str(getattr(found, "__module__", ""))
            if module.partition(".")[0] in _KEEPERS:
                found.cache_clear()
    # Freed pages that lie between used ones go back to the kernel only when it is asked for: else
    # an app of many visits holds 7 MB more. glibc alone has it (malloc_trim(3)).
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
