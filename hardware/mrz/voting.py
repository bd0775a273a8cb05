"""Many looks at one document taken together: glare moves, noise differs, the document stays."""

import numpy as np
from numpy.typing import NDArray

from hardware.mrz import decoding
from hardware.mrz.decoding import Decoded

Array = NDArray[np.float64]

AT_ONCE = 0.99
"""Least probability of all characters being right for which a single look is enough."""
CORRELATION = 0.5
"""How much two looks at a character err alike: the same blur misleads every time, so that many
looks must not make sure of what each of them doubts. Any number counts as less than two."""
CLEAR = 0.9
"""Probability from which it counts that two looks differ on a character."""
DIFFERENT = 3
"""So many characters clearly different are another document, or a look gone wrong."""
MISPRINTED = 7
"""Looks after which wrong check digits are no longer taken for misread."""
PATIENCE = 8
"""Looks in a row without the document, after which it is forgotten."""


class Vote:
    """The looks at one document so far."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget the document."""
        self._total: Array | None = None
        self._read: Array = np.zeros(0)
        self._looks = 0
        self._missed = 0

    def add(self, look: Decoded | None) -> Decoded | None:
        """Take in the next look, None where no zone was seen: what all say together, once sure.

        None until then. A read with wrong check digits comes out as well, `forced` and never
        `sure`, when many looks read every character alike: they may be printed so.
        """
        if look is not None and not self._same(look):
            if look.sure or self._looks == 1:
                self.clear()  # another document lies there, or the first look had gone wrong
            else:
                look = None
        if look is None:
            self._missed += 1
            if self._missed >= PATIENCE:
                self.clear()
            return None
        if self._total is None:
            self._total = np.zeros_like(look.evidence)
            self._read = np.zeros(look.evidence.shape[:2])
        self._missed = 0
        self._looks += 1
        self._total += look.evidence
        self._read += np.exp(look.evidence).max(axis=2)
        together = decoding.weigh(self._together(), look.first, look.middles)
        if together is None or not self._enough(together):
            return None
        return together

    def _enough(self, together: Decoded) -> bool:
        if together.forced:
            return self._looks >= MISPRINTED and together.clear
        return together.sure and (self._looks > 1 or together.chance >= AT_ONCE)

    def _together(self) -> Array:
        """Log-probabilities of each place: a look that says nothing of it does not count there."""
        assert self._total is not None
        others = np.maximum(self._read - 1, 0)[..., None]
        weighed = self._total / (1 + CORRELATION * others)
        weighed = weighed - weighed.max(axis=2, keepdims=True)
        together: Array = weighed - np.log(np.exp(weighed).sum(axis=2, keepdims=True))
        return together

    def _same(self, look: Decoded) -> bool:
        """Whether the look may be one at the same document."""
        if self._total is None:
            return True
        if self._total.shape != look.evidence.shape:
            return False
        before, now = np.exp(self._together()), np.exp(look.evidence)
        clear = (before.max(axis=2) >= CLEAR) & (now.max(axis=2) >= CLEAR)
        differ = before.argmax(axis=2) != now.argmax(axis=2)
        return int((clear & differ).sum()) < DIFFERENT
