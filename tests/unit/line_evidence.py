"""What the line reader would say of a text: made up, seeded, as clear or as poor as wanted."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hardware.mrz.check_digits import ALPHABET
from hardware.mrz.formats import FORMATS, Format
from hardware.mrz.writing import write

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"

CLASSES = len(ALPHABET) + 1
LOOKS_LIKE = (
    *("0O", "0D", "0Q", "OQ", "OD", "1I", "1L", "2Z", "5S", "8B", "6G", "<K", "<C"),
    *("MN", "VY", "UV", "EF", "PR", "CG", "TI"),
)

_ALIKE = np.zeros((CLASSES, CLASSES))
for _a, _b in LOOKS_LIKE:
    _ALIKE[ALPHABET.index(_a), ALPHABET.index(_b)] = 1
    _ALIKE[ALPHABET.index(_b), ALPHABET.index(_a)] = 1


def evidence(
    lines: Sequence[str],
    rng: np.random.Generator,
    *,
    noise: float = 0.5,
    overconfidence: float = 1.0,
    pitch: float = 4.0,
    uneven: float = 0.05,
    dead: Sequence[tuple[int, int, int]] = (),
) -> list[NDArray[np.float32]]:
    """Log-probabilities (T, 38) for each line.

    `noise` is the spread of what is seen of a character against how it differs from others (at 1
    look-alikes are taken for each other at times); it is believed `overconfidence` times as much
    as it should. `uneven` is the spread of distances in pitches. `dead`: (line, first, end) where
    nothing at all can be told, in characters.
    """
    return [
        _line(
            line,
            rng,
            noise,
            overconfidence,
            pitch,
            uneven,
            [(first, end) for row, first, end in dead if row == i],
        )
        for i, line in enumerate(lines)
    ]


def random_document(rng: np.random.Generator, layout: Format | None = None) -> tuple[str, ...]:
    """The lines of an invented document, of any format if none is given."""

    def text(characters: str, least: int, most: int) -> str:
        return "".join(rng.choice(list(characters), rng.integers(least, most + 1)))

    def name() -> str:
        return " ".join(text(LETTERS, 2, 8) for _ in range(rng.integers(1, 3)))

    def yymmdd() -> str:
        return f"{rng.integers(100):02}{rng.integers(1, 13):02}{rng.integers(1, 29):02}"

    layout = layout or list(FORMATS.values())[rng.integers(len(FORMATS))]
    french = layout.name == "FRA-ID"
    long_number = layout.long_numbers and rng.random() < 0.2
    fields = {
        "document_code": "ID" if french else {"T": "I", "M": "V"}[layout.name[0]],
        "issuer": "FRA" if french else text(LETTERS, 3, 3),
        "surname": name(),
        "given_names": name(),
        "number": text(DIGITS, 12, 12)
        if french
        else text(LETTERS + DIGITS, 10, 12)
        if long_number
        else text(LETTERS + DIGITS, 7, 9),
        "birth_date": yymmdd(),
        "sex": "FM"[rng.integers(2)],
    }
    if french:
        fields["optional"] = text(DIGITS, 6, 6)
    else:
        fields |= {"nationality": text(LETTERS, 3, 3), "expiry_date": yymmdd()}
        if not long_number and rng.random() < 0.4:
            fields["optional"] = text(LETTERS + DIGITS, 3, 7)
    if layout.name == "TD3":
        fields["document_code"] = "P"
    return write(layout, **fields)


def _line(
    text: str,
    rng: np.random.Generator,
    noise: float,
    overconfidence: float,
    pitch: float,
    uneven: float,
    dead: Sequence[tuple[int, int]],
) -> NDArray[np.float32]:
    steps = pitch * (1 + uneven * rng.standard_normal(len(text)))
    middles = rng.uniform(0.5, 2) * pitch + np.cumsum(steps)
    columns = np.arange(int(middles[-1] + rng.uniform(0.7, 2) * pitch))
    nearest = np.abs(columns[:, None] - middles).argmin(axis=1)
    distance = np.abs(columns - middles[nearest]) / pitch

    true = np.array([ALPHABET.index(character) for character in text])
    # The likelihood of a look is Gaussian: 1 apart from a look-alike, 2 from any other.
    apart = np.where(_ALIKE[true], 1.0, 2.0)
    apart[np.arange(len(true)), true] = 0
    looks = apart + noise * rng.standard_normal(apart.shape)
    logits = -looks * apart.max() / max(noise, 0.1) ** 2 * overconfidence / 2
    logits[:, -1] = -30
    logits = logits[nearest] + 0.3 * rng.standard_normal((len(columns), CLASSES))
    logits -= np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1, keepdims=True))
    logits -= logits.max(1, keepdims=True)
    chances = np.exp(logits[:, :-1])
    chances /= chances.sum(axis=1, keepdims=True)
    presence = 1 / (1 + np.exp((distance - 0.32) / 0.05 + 0.5 * rng.standard_normal(len(columns))))
    presence = np.clip(presence, 1e-4, 1 - 1e-4)
    result = np.column_stack([chances * presence[:, None], 1 - presence])
    for a, b in dead:
        flat = (columns >= middles[a] - pitch / 2) & (columns < middles[b - 1] + pitch / 2)
        result[flat] = 1 / CLASSES
    return np.log(result + 1e-9).astype(np.float32)
