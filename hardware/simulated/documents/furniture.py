"""What stands on a page beside its code: a photo, words, a barcode, stamps and signatures."""

import numpy as np

from hardware.opencv import cv2
from hardware.simulated.documents.drawing import WORDS, Picture, paint


def fill(
    picture: Picture, rng: np.random.Generator, scale: float, bottom: int, photo: bool
) -> None:
    """The photo, the printed words and whatever else stands above the zone."""
    h, w = picture.shape[:2]
    bottom = max(bottom, round(h * 0.3))
    if photo and rng.random() < 0.9:
        _photo(
            picture,
            rng,
            round(3 * scale),
            round(rng.uniform(4, 12) * scale),
            round(rng.uniform(26, 34) * scale),
            bottom,
        )
    size = rng.uniform(1.6, 2.8) * scale / 22
    dark = tuple(int(v) for v in rng.integers(10, 110, 3))
    y = round(rng.uniform(5, 9) * scale)
    left = round((38 if photo else rng.uniform(3, 12)) * scale)
    while y < bottom - 1 * scale:
        x = left
        while x < w * 0.95 and rng.random() < 0.85:
            word = WORDS[int(rng.integers(0, len(WORDS)))]
            font = cv2.FONT_HERSHEY_SIMPLEX if rng.random() < 0.7 else cv2.FONT_HERSHEY_TRIPLEX
            cv2.putText(
                picture,
                word,
                (x, y),
                font,
                size * rng.uniform(0.8, 1.3),
                dark,
                max(1, round(scale / 7)),
                cv2.LINE_AA,
            )
            x += round(rng.uniform(18, 60) * scale)
        y += round(rng.uniform(3.4, 8.5) * scale)
    if rng.random() < 0.2:  # a barcode
        x, top = round(rng.uniform(0.1, 0.6) * w), round(rng.uniform(0.1, 0.5) * bottom)
        bars = np.repeat(rng.integers(0, 2, 90) * 220, max(1, round(scale / 4))).astype(np.uint8)
        bars = bars[: max(0, w - x)]
        picture[top : top + round(8 * scale), x : x + len(bars)] = bars[None, :, None]
    if rng.random() < 0.25:  # a machine-made frame or stripe
        cv2.rectangle(
            picture,
            (0, bottom),
            (w, bottom + max(1, round(rng.uniform(0.1, 1.2) * scale))),
            dark,
            -1,
        )
    if rng.random() < 0.08:  # a chip's contacts or a dark strip
        x = round(rng.uniform(0.05, 0.7) * w)
        cv2.rectangle(
            picture,
            (x, round(bottom * 0.3)),
            (x + round(12 * scale), round(bottom * 0.3 + 11 * scale)),
            (90, 190, 210),
            -1,
        )


def _photo(picture: Picture, rng: np.random.Generator, x: int, y: int, w: int, bottom: int) -> None:
    h = min(round(w * 1.28), bottom - y - 2)
    if h < 10:
        return
    grey = rng.uniform(150, 235)
    photo = np.full((h, w, 3), grey, np.uint8)
    skin = tuple(int(v) for v in rng.uniform(70, 220) * np.array([0.75, 0.88, 1.0]))
    hair = tuple(int(v) for v in rng.uniform(10, 120, 3))
    cv2.ellipse(
        photo,
        (w // 2, round(h * 1.05)),
        (round(w * 0.46), round(h * 0.33)),
        0,
        0,
        360,
        hair[::-1],
        -1,
        cv2.LINE_AA,
    )
    cv2.ellipse(
        photo,
        (w // 2, round(h * 0.42)),
        (round(w * 0.3), round(h * 0.34)),
        0,
        0,
        360,
        hair,
        -1,
        cv2.LINE_AA,
    )
    cv2.ellipse(
        photo,
        (w // 2, round(h * 0.47)),
        (round(w * 0.23), round(h * 0.29)),
        0,
        0,
        360,
        skin,
        -1,
        cv2.LINE_AA,
    )
    for side in (-1, 1):
        cv2.circle(
            photo,
            (w // 2 + side * round(w * 0.09), round(h * 0.43)),
            max(1, w // 40),
            (30, 30, 30),
            -1,
        )
    picture[y : y + h, x : x + w] = photo[:, : picture.shape[1] - x]


def scribble(picture: Picture, rng: np.random.Generator, scale: float) -> None:
    """A signature, a scratch or the ring of a rubber stamp across the page."""
    h, w = picture.shape[:2]
    colour = tuple(int(v) for v in rng.integers(20, 230, 3))
    thick = max(1, round(rng.uniform(0.1, 0.5) * scale))
    if rng.random() < 0.3:
        at = (round(rng.uniform(0.1, 0.9) * w), round(rng.uniform(0.4, 1.0) * h))
        cv2.circle(picture, at, round(rng.uniform(8, 18) * scale), colour, thick, cv2.LINE_AA)
        return
    points = np.cumsum(rng.normal(0, 4 * scale, (int(rng.integers(2, 14)), 2)), 0)
    points[:, 0] += 2 * scale * np.arange(len(points))
    points += rng.uniform(0.2, 1.0, 2) * (w * 0.7, h)
    cv2.polylines(picture, [points.astype(np.int32)], False, colour, thick, cv2.LINE_AA)


def stamp(picture: Picture, rng: np.random.Generator, scale: float) -> None:
    """A word across the page, as specimens carry it."""
    h, w = picture.shape[:2]
    mask = np.zeros((h, w), np.uint8)
    word = WORDS[int(rng.integers(0, 2))]
    size = rng.uniform(1.0, 4.5) * scale / 10
    x, y = round(rng.uniform(-0.1, 0.5) * w), round(rng.uniform(0.2, 1.0) * h)
    cv2.putText(
        mask, word, (x, y), cv2.FONT_HERSHEY_DUPLEX, size, 255, max(2, round(size * 3)), cv2.LINE_AA
    )
    turn = cv2.getRotationMatrix2D((w / 2, h / 2), rng.uniform(-40, 40), 1)
    mask = np.asarray(cv2.warpAffine(mask, turn, (w, h)), np.uint8)
    colour = tuple(int(v) for v in rng.integers(0, 200, 3))
    paint(picture, mask.astype(np.float32) / 255 * rng.uniform(0.15, 0.75), colour, 0, 0)  # type: ignore[arg-type]
