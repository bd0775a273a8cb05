"""What Textual, Rich and numpy keep of all that was drawn: words, colours, places, pixels."""

import ctypes
import functools
import gc
import sys
from contextlib import suppress

_KEEPERS = ("rich", "textual")
_NUMPY_KEEPS = 7, 1024
"""How many freed arrays of each size numpy keeps for reuse, and the size from which on it does not.

In bytes: NCACHE and NBUCKETS of its numpy/_core/src/multiarray/alloc.c. No setting turns it off.
"""


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
    forget_pixels()
    # Freed pages that lie between used ones go back to the kernel only when it is asked for: else
    # an app of many visits holds 7 MB more. glibc alone has it (malloc_trim(3)).
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def forget_pixels() -> None:
    """Overwrites the small arrays that numpy keeps: a few rows of a live picture are one.

    Only those freed in this thread, which is the one that draws; it takes some milliseconds.
    """
    if "numpy" not in sys.modules:
        return
    import numpy as np

    count, end = _NUMPY_KEEPS
    # All at once: each takes another of those that are kept, and gives it back overwritten.
    held = [np.zeros(size, np.uint8) for size in range(1, end) for _ in range(count)]
    del held
