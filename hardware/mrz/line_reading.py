"""Reads straightened lines: for each column of a strip, which character stands there."""

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.networks import Network, normalised

CONFIDENCE = 1.25
"""What its logits are multiplied by: it learned from much that nobody can read, and so is less sure
than it is right. Set on 840 generated pictures (seeds 555 and 777)."""


class LineReader:
    """The network that reads a line."""

    def __init__(self) -> None:
        self._network = Network("line_reader.onnx")

    def read(self, strips: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """What strips (n, 24, width) show: for each one (width / 4, 38) log-probabilities.

        The classes are the characters of `ALPHABET`, then "between two characters".
        """
        logits = CONFIDENCE * self._network(normalised(strips))[:, :, 0].transpose(0, 2, 1)
        top = logits.max(2, keepdims=True)
        logs = logits - top - np.log(np.exp(logits - top).sum(2, keepdims=True))
        return list(logs.astype(np.float32))
