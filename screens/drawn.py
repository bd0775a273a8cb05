"""What Textual and Rich keep of all that they have drawn: words, colours, places."""

import functools
import gc

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
