"""What `make_data` has rendered, as batches for training."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

RATE, FINE_RATE = 4e-3, 2e-3
"""Highest learning rate from nothing, and after an earlier training."""


def arguments() -> tuple[int, str, str | None, list[str]]:
    """Steps, the file to write, where to begin, and the folders with data: the command line."""
    _, steps, file, *sources = sys.argv
    start = next((source for source in sources if source.endswith(".pt")), None)
    return int(steps), file, start, [source for source in sources if source != start]


def begin(network: nn.Module, start: str | None) -> None:
    """Takes over what an earlier training has learned."""
    if start is not None:
        network.load_state_dict(torch.load(start, weights_only=True))


class Parts:
    """The arrays of those names out of all parts of some folders, end to end."""

    def __init__(self, folders: Sequence[str], *names: str) -> None:
        files = sorted(file for folder in folders for file in Path(folder).glob("*.npz"))
        if not files:
            raise SystemExit("there are no parts: run training.make_data first")
        loaded = [np.load(file) for file in files]
        self.arrays = {name: np.concatenate([part[name] for part in loaded]) for name in names}

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]


def normalised(pictures: np.ndarray) -> Tensor:
    """Pictures (n, h, w) with mean 0 and deviation 1 each, as (n, 1, h, w)."""
    flat = torch.from_numpy(pictures.astype(np.float32))
    mean = flat.mean((1, 2), keepdim=True)
    spread = flat.std((1, 2), keepdim=True) + 1.0
    return ((flat - mean) / spread)[:, None].to(memory_format=torch.channels_last)


def orders(count: int, batch: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The numbers of a batch's samples, for ever; each sample once before any comes again."""
    while True:
        order = rng.permutation(count)
        for start in range(0, count - batch + 1, batch):
            yield order[start : start + batch]


def schedule(optimiser: torch.optim.Optimizer, steps: int, top: float) -> object:
    """The learning rate: up within a twentieth of the steps, then down to nothing."""
    return torch.optim.lr_scheduler.OneCycleLR(optimiser, top, total_steps=steps, pct_start=0.05)
