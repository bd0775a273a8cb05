"""Trains the locator: python -m training.train_locator STEPS FILE.onnx FOLDER...

A FILE.pt among the folders is where it begins: at the end of an earlier training.
"""

import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.data import FINE_RATE, RATE, Parts, arguments, begin, normalised, orders, schedule
from training.networks import Locator, export

BATCH = 16
SEED = 9303


def spoiled(pictures: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cheap variety on top of the rendered one: light and noise."""
    out = pictures.astype(np.float32)
    n, h, w = out.shape
    out = out * rng.uniform(0.6, 1.4, (n, 1, 1)).astype(np.float32)
    out += rng.uniform(-30, 30, (n, 1, 1)).astype(np.float32)
    noisy = rng.random(n) < 0.3
    out[noisy] += rng.standard_normal((int(noisy.sum()), h, w), np.float32) * rng.uniform(0, 8)
    return np.clip(out, 0, 255)


def mirrored(
    pictures: np.ndarray, maps: np.ndarray, ways: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Half of the batches stand on their head, which a camera over a table sees as often."""
    if rng.random() < 0.25:
        return pictures[:, ::-1, ::-1], maps[:, :, ::-1, ::-1], -ways
    return pictures, maps, ways


def loss_of(out: Tensor, maps: np.ndarray, ways: np.ndarray) -> Tensor:
    """How far the maps are from the truth: zone, lines, page, and the direction in the zone."""
    truth = torch.from_numpy(maps.astype(np.float32) / 255)
    zone, lines, page = truth.unbind(1)
    way = torch.from_numpy(ways)[:, :, None, None]
    off = ((out[:, 3:] - way) ** 2).sum(1) * zone
    differ = functional.binary_cross_entropy_with_logits
    return (
        differ(out[:, 0], zone)
        + differ(out[:, 1], lines)
        + 0.3 * differ(out[:, 2], page)
        + 0.3 * off.sum() / (zone.sum() + 1)
    )


def main() -> None:
    steps, file, start, folders = arguments()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    parts = Parts(folders, "looks", "look_maps", "ways", "blocks", "block_maps")
    looks, blocks = parts["looks"], parts["blocks"]
    upright = np.tile(np.float32([[1, 0]]), (len(blocks), 1))
    kinds = [
        (looks, parts["look_maps"], parts["ways"], orders(len(looks), BATCH, rng)),
        (blocks, parts["block_maps"], upright, orders(len(blocks), BATCH, rng)),
    ]
    network = Locator().to(memory_format=torch.channels_last)
    begin(network, start)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=0.01)
    rates = schedule(optimiser, steps, FINE_RATE if start else RATE)
    began = time.time()
    lately: list[list[float]] = [[], []]
    for step in range(1, steps + 1):
        kind = int(rng.random() < 0.4)
        pictures, maps, ways, draw = kinds[kind]
        batch = next(draw)
        seen, truth, way = mirrored(pictures[batch], maps[batch], ways[batch], rng)
        network.train()
        loss = loss_of(network(normalised(spoiled(seen, rng))), truth, way)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        rates.step()
        lately[kind].append(loss.item())
        if step % 100 == 0:
            rate = (time.time() - began) / step
            figures = " ".join(f"{np.mean(losses):.4f}" for losses in lately)
            print(step, figures, f"{rate * 1e3:.0f} ms", flush=True)
            lately = [[], []]
        if step % 500 == 0 or step == steps:
            torch.save(network.state_dict(), file.replace(".onnx", ".pt"))
            export(network.to(memory_format=torch.contiguous_format), (1, 1, 240, 320), file)
            network.to(memory_format=torch.channels_last)


if __name__ == "__main__":
    main()
