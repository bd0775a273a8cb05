"""An address as a QR code, for the camera of the person's phone.

qrcode is imported when the first code is drawn and not before the first paint.
"""

from functools import cached_property, lru_cache

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

QUIET = 4
"""Empty modules around the code: ISO/IEC 18004, 6.3.8."""
INK = Style(color="#000000", bgcolor="#ffffff")
"""Black on white in every theme, because cameras count on it."""
HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def matrix(url: str) -> list[list[bool]]:
    """The modules of an address with the quiet zone, row by row, True for the dark ones.

    Error correction is L in the smallest version that holds the address, or M if that is no larger:
    on a clean screen large modules help a camera more than correction does.
    """
    from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
    from qrcode.main import QRCode as Code

    low, medium = (
        Code(error_correction=level, border=QUIET) for level in (ERROR_CORRECT_L, ERROR_CORRECT_M)
    )
    for code in (low, medium):
        code.add_data(url)
        code.make(fit=True)
    modules: list[list[bool]] = (medium if medium.version == low.version else low).get_matrix()
    return modules


def fits(text: str, rows: int, columns: int) -> bool:
    """Whether a text's code, two modules a row and one a column, has room in so many cells."""
    from qrcode.constants import ERROR_CORRECT_L
    from qrcode.util import BIT_LIMIT_TABLE

    version = (min(2 * rows, columns) - 17 - 2 * QUIET) // 4
    if version < 1:
        return False
    # ISO/IEC 18004, 7.4: mode and length come before the bytes.
    bits = 8 * len(text.encode()) + 4 + (8 if version < 10 else 16)
    return bits <= BIT_LIMIT_TABLE[ERROR_CORRECT_L][min(version, 40)]


@lru_cache(maxsize=16)
def _lines(url: str) -> list[str]:
    """The rows of cells of an address's code, two modules one above the other in each."""
    modules = matrix(url)
    if len(modules) % 2:
        modules.append([False] * len(modules[0]))
    return [
        "".join(HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(modules[0::2], modules[1::2], strict=True)
    ]


class QRCode(Widget):
    """Shows one address; as large as its code is, one module a column and two a row."""

    def __init__(self, url: str, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._url = url

    @cached_property
    def _code(self) -> Text:
        return Text("\n".join(_lines(self._url)), INK, no_wrap=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """One column a module."""
        return len(_lines(self._url)[0])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row for two modules."""
        return len(_lines(self._url))

    def render(self) -> Text:
        """The code in half blocks."""
        return self._code
