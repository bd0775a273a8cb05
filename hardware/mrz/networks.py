"""Our two networks, run by OpenCV's dnn on one thread."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hardware.errors import HardwareError, Reason
from hardware.opencv import cv2

MODELS = Path(__file__).with_name("models")


class Network:
    """One network of `hardware/mrz/models`. Not for use by two threads at once.

    `HardwareError` (LIBRARY_MISSING) where its file is missing or damaged.
    """

    def __init__(self, name: str) -> None:
        try:
            self._network = cv2.dnn.readNetFromONNX(str(MODELS / name))
        except cv2.error as error:
            raise HardwareError(Reason.LIBRARY_MISSING) from error

    def __call__(self, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the network makes of pictures (n, 1, height, width); n and the size may change."""
        self._network.setInput(pictures)
        return np.asarray(self._network.forward(), np.float32)


def normalised(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grey pictures (n, height, width) as a network takes them: mean 0 and deviation 1 each."""
    flat = pictures.astype(np.float32)
    mean = flat.mean((1, 2), keepdims=True)
    spread = flat.std((1, 2), keepdims=True) + np.float32(1)
    return np.asarray(((flat - mean) / spread)[:, None], np.float32)
