"""Writes a file at once: whoever reads it finds the old one or the new one, never a half."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write(file: Path, content: bytes) -> None:
    """Writes it, readable for all; `OSError` where that fails, and then nothing has changed."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as opened:
            os.fchmod(opened.fileno(), 0o644)
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(name, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
