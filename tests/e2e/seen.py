"""Where a locked process sees the checkout: units hide /tmp, /home and /root, where one may lie."""

import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEEN = Path("/media")
"""A folder that each Debian has; the checkout is bound to it in a mount that only tests see."""


def seen(path: Path) -> Path:
    """The path of something in the checkout, as a locked process has it; others stay."""
    return SEEN / path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


PACKAGES = seen(Path(sysconfig.get_paths()["purelib"]))
"""The libraries of the Python that runs the tests."""
PYTHONPATH = f"{SEEN}:{PACKAGES}"
