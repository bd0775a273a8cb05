"""How reading a chip fails, apart from the link to it."""

from hardware.verdicts import ChipVerdict


class ChipError(Exception):
    """Reading ended here; `verdict` says why. Carries nothing of the chip's data.

    `tries_left`: how often the key may still be tried, where the chip said so (63Cx).
    """

    def __init__(self, verdict: ChipVerdict, tries_left: int | None = None) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
        self.tries_left = tries_left
