"""The real program on the specimen machine, brought to the rehearsal of the face, and its keys."""

import itertools
import sys

from tests.benchmarks.raw_terminal import RawTerminal

KIOSK = [sys.executable, "-m", "kiosk", "run", "--simulate", "--language", "en"]
KEYS = 60

# From the first screen, in English, to step 14 of the situation "app", which is done at the face.
TO_FIRST_STEP = b"11111"
STEPS_TO_FACE = 12

FOCUSED = (
    (b"Back",),
    (b"Hear this",),
    (b"Call staff",),
    (b"Sound and text",),
    (b"Dansk",),
    (b"Start over",),
    (b"Skip this", b"Go on"),
)
"""The keys of the rehearsal's screen, in the order in which the tab key comes to them; the last
says another thing once the person was ready."""


def walk_to_face(terminal: RawTerminal) -> list[float]:
    """To the face rehearsal; how long each next step took to come (ms)."""
    terminal.wait_for(b"English")
    terminal.drain(1.0)
    for key in TO_FIRST_STEP:
        terminal.press(bytes([key]))
        terminal.drain(0.6)
    terminal.press(b"1")
    terminal.wait_for(b"Step 1 of")
    took = []
    for number in range(2, STEPS_TO_FACE + 2):
        terminal.drain(0.7)
        pressed = terminal.press(b"1")
        took.append((terminal.wait_for(f"Step {number} of".encode()) - pressed) * 1000)
    terminal.drain(0.7)
    terminal.press(b"3")
    terminal.wait_for("▀".encode())
    return took


def key_latency(terminal: RawTerminal) -> list[float]:
    """From the tab key to the bytes that draw the key that has the focus now (ms)."""
    took = []
    for count in range(KEYS):
        terminal.drain(0.15 + 0.037 * (count % 5))  # not in step with the frames
        pressed = terminal.press(b"\t")
        took.append((terminal.wait_for(*FOCUSED[count % len(FOCUSED)]) - pressed) * 1000)
    return took


def frames(chunks: list[tuple[float, int]]) -> int:
    """How many pictures came: bursts of bytes with a pause between them."""
    times = [at for at, _ in chunks]
    return 1 + sum(b - a > 0.015 for a, b in itertools.pairwise(times))
