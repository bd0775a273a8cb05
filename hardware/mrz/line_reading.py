"""Reads straightened lines: for each column of a strip, which character stands there."""

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.networks import Network, normalised


class LineReader:
    """The network that reads a line."""

    def __init__(self) -> None:
        self._network = Network("line_reader.onnx")

    def read(self, strips: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """What strips (n, 24, width) show: for each one (width / 4, 38) log-probabilities.

        The classes are the characters of `ALPHABET`, then "between two characters".
        """
        logits = self._network(normalised(strips))[:, :, 0].transpose(0, 2, 1)
        top = logits.max(2, keepdims=True)
        logs = logits - top - np.log(np.exp(logits - top).sum(2, keepdims=True))
        return list(logs.astype(np.float32))
