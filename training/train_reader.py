"""Trains the line reader: python -m training.train_reader STEPS FILE.onnx FOLDER...

A FILE.pt among the folders is where it begins: at the end of an earlier training.
"""

import time

import numpy as np
import torch
from torch import nn

from training.data import FINE_RATE, RATE, Parts, arguments, begin, normalised, orders, schedule
from training.networks import CLASSES, LineReader, export

BATCH = 48
SEED = 9303


def spoiled(strips: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cheap variety on top of the rendered one: light, noise, and stretches that are wiped out."""
    out = strips.astype(np.float32)
    n, h, w = out.shape
    gain = rng.uniform(0.6, 1.4, (n, 1, 1)).astype(np.float32)
    out = out * gain + rng.uniform(-30, 30, (n, 1, 1)).astype(np.float32)
    noisy = rng.random(n) < 0.3
    out[noisy] += rng.standard_normal((int(noisy.sum()), h, w), np.float32) * rng.uniform(0, 10)
    for i in np.flatnonzero(rng.random(n) < 0.12):
        x, long = int(rng.integers(0, w - 60)), int(rng.integers(6, 50))
        out[i, :, x : x + long] = rng.uniform(0, 255)
    return np.clip(out, 0, 255)


def main() -> None:
    steps, file, start, folders = arguments()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    rng = np.random.default_rng(SEED)
    parts = Parts(folders, "strips", "labels", "widths")
    strips, labels, widths = parts["strips"], parts["labels"], parts["widths"]
    groups = [np.flatnonzero(widths == width) for width in np.unique(widths)]
    shares = np.array([len(group) for group in groups]) / len(widths)
    draws = [orders(len(group), BATCH, rng) for group in groups]
    network = LineReader().to(memory_format=torch.channels_last)
    begin(network, start)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=0.01)
    rates = schedule(optimiser, steps, FINE_RATE if start else RATE)
    loss_of = nn.CrossEntropyLoss()
    began, lately, right = time.time(), [], []
    for step in range(1, steps + 1):
        which = int(rng.choice(len(groups), p=shares))
        batch = groups[which][next(draws[which])]
        width = int(widths[batch[0]])
        network.train()
        logits = network(normalised(spoiled(strips[batch, :, :width], rng)))[:, :, 0]
        wanted = torch.from_numpy(labels[batch, : width // 4].astype(np.int64))
        loss = loss_of(logits, wanted)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        rates.step()
        lately.append(loss.item())
        letters = wanted != CLASSES - 1
        right.append((logits.argmax(1) == wanted)[letters].float().mean().item())
        if step % 100 == 0:
            rate = (time.time() - began) / step
            print(
                step, f"{np.mean(lately):.4f} {np.mean(right):.4f} {rate * 1e3:.0f} ms", flush=True
            )
            lately, right = [], []
        if step % 1000 == 0 or step == steps:
            torch.save(network.state_dict(), file.replace(".onnx", ".pt"))
            export(network.to(memory_format=torch.contiguous_format), (1, 1, 24, 704), file)
            network.to(memory_format=torch.channels_last)


if __name__ == "__main__":
    main()
