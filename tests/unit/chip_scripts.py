"""Chips that follow a script, for the tests of access: no card, no crypto but what a test needs."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hardware.chip_link import Abilities
from hardware.emrtd.channel import Channel
from hardware.simulated.emrtd.chip import Chip

EXAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "icao9303.json").read_text())

Answer = Callable[[bytes], bytes]


class Link:
    """A link whose chip is a function; `resets` counts activations after the first."""

    def __init__(self, answer: Answer, on_reset: Callable[[], None] = lambda: None) -> None:
        self.answer = answer
        self.on_reset = on_reset
        self.resets = 0
        self.sent: list[bytes] = []
        self.abilities = Abilities()

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        self.sent.append(apdu)
        return self.answer(apdu)

    def reconnect(self, timeout: float) -> None:
        self.resets += 1
        self.on_reset()

    def close(self) -> None:
        pass


def link_to(chip: Chip, *, extended: bool = True) -> Link:
    """A link to a chip of our own with nothing in between but what the reader cannot carry."""
    link = Link(chip.answer, chip.power_off)
    longest = (65544, 65538) if extended else (261, 258)
    link.abilities = Abilities(chip.passport.historical_bytes, *longest)
    return link


class Clock:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def channel(answer: Answer, clock: Clock | None = None) -> Channel:
    return Channel(Link(answer), 1000.0, clock=clock or Clock())


def script(exchanges: Iterable[Iterable[str]]) -> Answer:
    """A chip that is sent exactly these commands, in hex, and answers as told."""
    left = [tuple(bytes.fromhex(part) for part in exchange) for exchange in exchanges]

    def answer(apdu: bytes) -> bytes:
        expected, response = left.pop(0)
        assert apdu.hex() == expected.hex()
        return response

    return answer


def chance(*wanted: int | bytes) -> Callable[[int], bytes]:
    """Randomness that makes these private keys (numbers) and nonces (bytes), one after another."""
    left = list(wanted)

    def random(size: int) -> bytes:
        value = left.pop(0)
        return value if isinstance(value, bytes) else (value - 1).to_bytes(size)

    return random
