"""The paper of documents: fine patterns in light inks, and a calmer ground for the code."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from hardware.opencv import cv2
from hardware.simulated.documents.drawing import WORDS, Floats, Picture, noise


def paper(rng: np.random.Generator, w: int, h: int) -> Picture:
    """Paper with the fine patterns of documents (guilloche), in two or three light inks."""
    base = rng.uniform(175, 250) + rng.normal(0, 8, 3)
    picture = np.empty((h, w, 3), np.float32)
    picture[:] = np.clip(base, 120, 255)
    strength = rng.choice([0, 1, 1, 1, 2, 3]) * rng.uniform(4, 20)
    for _ in range(int(rng.integers(0, 4))):
        tile = _patterns()[int(rng.integers(0, len(_patterns())))]
        zoom = rng.uniform(0.5, 2.2) * w / 1000
        size = (max(w, round(tile.shape[1] * zoom)), max(h, round(tile.shape[0] * zoom)))
        grown = cv2.resize(
            tile, size, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
        )
        x, y = int(rng.integers(0, size[0] - w + 1)), int(rng.integers(0, size[1] - h + 1))
        tint = rng.uniform(0.3, 1.0, 3)
        picture -= np.asarray(grown)[y : y + h, x : x + w, None] * (strength * tint).astype(
            np.float32
        )
    if rng.random() < 0.4:  # a wash from one colour to another
        slope = np.linspace(0, 1, w, dtype=np.float32)[None, :, None]
        picture += (slope - 0.5) * rng.normal(0, 22, 3).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


@cache
def _patterns() -> tuple[NDArray[np.float32], ...]:
    """Fine line patterns, (800, 1400) from 0 to 1: waves, rosettes, screens, fibres, specks."""
    rng = np.random.default_rng(9303)
    y, x = np.mgrid[0:800, 0:1400].astype(np.float32)
    made: list[Floats] = []
    for _ in range(10):  # waves
        wave = y + rng.uniform(4, 40) * np.sin(x / rng.uniform(20, 160) + rng.uniform(0, 6))
        wave += rng.uniform(2, 20) * np.sin(x / rng.uniform(10, 60) + y / rng.uniform(60, 300))
        made.append(0.5 + 0.5 * np.cos(wave * (2 * np.pi / rng.uniform(5, 22))))
    for _ in range(6):  # rosettes
        cx, cy = rng.uniform(0, 1400), rng.uniform(0, 800)
        r, angle = np.hypot(x - cx, y - cy), np.arctan2(y - cy, x - cx)
        made.append(
            0.5
            + 0.5
            * np.cos(
                r / rng.uniform(2, 6) + rng.uniform(3, 12) * np.sin(angle * rng.integers(3, 14))
            )
        )
    for _ in range(4):  # slanted screens
        made.append(
            0.5
            + 0.5
            * np.cos((x * rng.uniform(-1, 1) + y * rng.uniform(-1, 1)) * rng.uniform(0.3, 1.2))
        )
    for _ in range(4):  # clouds and fibres
        cloud = cv2.resize(noise(rng, 40, 70), (1400, 800), interpolation=cv2.INTER_CUBIC)
        made.append(np.clip(0.5 + 0.3 * np.asarray(cloud, np.float32), 0, 1))
    for _ in range(3):  # small repeated words
        ground = np.zeros((800, 1400), np.uint8)
        word = WORDS[int(rng.integers(0, 6))] + " "
        size = rng.uniform(0.3, 0.6)
        step = round(22 * size / 0.5)
        for row in range(0, 800, step):
            cv2.putText(
                ground,
                word * 30,
                (-int(rng.integers(0, 90)), row),
                cv2.FONT_HERSHEY_SIMPLEX,
                size,
                255,
                1,
                cv2.LINE_AA,
            )
        made.append(ground.astype(np.float32) / 255)
    return tuple(pattern.astype(np.float32) for pattern in made)


def calm(picture: Picture, top: int, rng: np.random.Generator) -> None:
    zone = picture[max(0, top) :]
    light = np.float32(rng.uniform(190, 252))
    share = np.float32(rng.uniform(0.3, 1.0))
    zone[:] = (zone * (1 - share) + light * share).astype(np.uint8)
