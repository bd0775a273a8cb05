"""The two networks: one that finds the zone and its lines, one that reads a line."""

import torch
from torch import Tensor, nn

from hardware.mrz.check_digits import ALPHABET

CLASSES = len(ALPHABET) + 1
"""The characters of a code, and what is between them."""


def convolution(
    taken: int,
    given: int,
    size: int | tuple[int, int] = 3,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 1,
) -> nn.Sequential:
    """A convolution, normalised over the batch while it is trained, and what is above 0 of it."""
    return nn.Sequential(
        nn.Conv2d(taken, given, size, stride, padding, bias=False), nn.BatchNorm2d(given), nn.ReLU()
    )


class Locator(nn.Module):
    """A grey picture to five maps of a quarter of its size.

    In: (n, 1, h, w), each picture with mean 0 and deviation 1; h and w are multiples of 16.
    Out: (n, 5, h / 4, w / 4): as logits the zone, the capitals of its lines, and the page; then the
    cosine and sine of the reading direction, which mean something within the zone alone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.at_half = convolution(1, 12, stride=2)
        self.quarter = nn.Sequential(convolution(12, 24, stride=2), convolution(24, 24))
        self.eighth = nn.Sequential(convolution(24, 40, stride=2), convolution(40, 40))
        self.sixteenth = nn.Sequential(
            convolution(40, 48, stride=2), convolution(48, 48), convolution(48, 48)
        )
        self.to_eighth = nn.Conv2d(48, 40, 1)
        self.at_eighth = convolution(40, 40)
        self.to_quarter = nn.Conv2d(40, 24, 1)
        self.at_quarter = convolution(24, 24)
        self.maps = nn.Conv2d(24, 5, 1)
        self.grow = nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, picture: Tensor) -> Tensor:
        """The maps of a batch of pictures."""
        quarter = self.quarter(self.at_half(picture))
        eighth = self.eighth(quarter)
        deep = self.sixteenth(eighth)
        eighth = self.at_eighth(eighth + self.grow(self.to_eighth(deep)))
        quarter = self.at_quarter(quarter + self.grow(self.to_quarter(eighth)))
        return self.maps(quarter)


class LineReader(nn.Module):
    """A straightened line to the character at each of its columns of four pixels.

    In: (n, 1, 24, w), each strip with mean 0 and deviation 1. Out: (n, CLASSES, 1, w / 4), logits.
    """

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            convolution(1, 24, 5, 2, 2),
            convolution(24, 32),
            convolution(32, 48, stride=2),
            convolution(48, 48),
            convolution(48, 64, stride=(2, 1)),
            convolution(64, 96, (3, 1), padding=0),
            convolution(96, 96, (1, 3), padding=(0, 1)),
            nn.Conv2d(96, CLASSES, 1),
        )

    def forward(self, strip: Tensor) -> Tensor:
        """The logits of a batch of strips."""
        return self.layers(strip)


def export(network: nn.Module, shape: tuple[int, ...], file: str) -> None:
    """Writes a trained network as ONNX, its normalisation folded into the convolutions.

    The size of the batch stays open; that of the picture is what `shape` says.
    """
    network.eval()
    torch.onnx.export(
        network,
        torch.zeros(shape),
        file,
        opset_version=17,
        dynamo=False,
        input_names=["picture"],
        output_names=["maps"],
        dynamic_axes={"picture": {0: "n", 2: "h", 3: "w"}, "maps": {0: "n", 2: "h", 3: "w"}},
    )
