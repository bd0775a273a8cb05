"""Photographs of invented documents in all their variety, from a seed and a difficulty."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hardware.mrz.formats import FormatName
from hardware.simulated.documents.codes import random_code
from hardware.simulated.documents.glyphs import Glyphs
from hardware.simulated.documents.pages import Print, cover, print_page
from hardware.simulated.documents.photographs import (
    Faults,
    Photograph,
    Pose,
    photograph,
    spoil,
    table,
)

CAMERAS = ((640, 480), (1280, 720), (1024, 768), (800, 600), (1280, 960), (960, 720))
SMALLEST, LARGEST = 7.0, 30.0
"""Pixels a letter: below, nobody can read it; above, it is made smaller before it is read."""


def random_print(rng: np.random.Generator, fonts: Sequence[Glyphs]) -> Print:
    """A way of printing, out of all that issuers do; the first font of `fonts` is the usual one."""
    usual = rng.random() < 0.75
    glyphs = (
        fonts[int(rng.integers(0, min(2, len(fonts))))]
        if usual
        else fonts[int(rng.integers(0, len(fonts)))]
    )
    dark = rng.uniform(5, 70) if rng.random() < 0.8 else rng.uniform(70, 120)
    black = np.clip(dark + rng.normal(0, 8, 3), 0, 140)
    return Print(
        glyphs,
        cap=float(rng.uniform(2.25, 2.85)),
        width=float(rng.uniform(0.88, 1.12)),
        pitch=float(rng.normal(2.54, 0.05)),
        gap=float(rng.uniform(5.2, 6.8)),
        left=float(rng.uniform(2.5, 6.5)),
        below=float(rng.uniform(3.5, 9)),
        ink=float(rng.choice([0, 0, 1])) * float(rng.uniform(-0.05, 0.09)),
        black=(int(black[0]), int(black[1]), int(black[2])),
        cover=float(rng.uniform(0.55, 1.0)) if rng.random() < 0.4 else float(rng.uniform(0.85, 1)),
        relief=float(rng.uniform(0.2, 1.0)) if rng.random() < 0.12 else 0.0,
        holes=float(rng.uniform(0.02, 0.3)) if rng.random() < 0.15 else 0.0,
        wander=float(rng.uniform(0.01, 0.09)) if rng.random() < 0.4 else 0.0,
        uneven=float(rng.uniform(0.2, 0.8)) if rng.random() < 0.15 else 0.0,
    )


def random_pose(rng: np.random.Generator, hard: float) -> Pose:
    """How a page lies, from straight (`hard` 0) to turned, tilted and bent (`hard` 1)."""
    wide = rng.random()
    turn = rng.normal(0, 2.5)
    if wide < 0.3 * hard + 0.1:
        turn = rng.uniform(-45, 45)
    elif wide < 0.5:
        turn = rng.normal(0, 9)
    bend = rng.normal(0, 0.018 * hard) if rng.random() < 0.35 else 0.0
    return Pose(
        turn=float(turn),
        tilt=(float(rng.normal(0, 13 * hard)), float(rng.normal(0, 11 * hard))),
        bend=float(np.clip(bend, -0.04, 0.04)),
        bend_phase=float(rng.uniform(0, 2 * np.pi)),
        on_zone=True,
    )


def random_faults(rng: np.random.Generator, hard: float, letter: float) -> Faults:
    """What spoils a picture whose letters are `letter` pixels wide; more the harder it is."""

    def now_and_then(chance: float) -> bool:
        return bool(rng.random() < chance * (0.3 + 0.9 * hard))

    dark = now_and_then(0.25)
    return Faults(
        light=float(rng.uniform(0.12, 0.6)) if dark else float(rng.uniform(0.75, 1.3)),
        slope=float(rng.uniform(0.1, 0.75)) if now_and_then(0.5) else 0.0,
        shadow=float(rng.uniform(0.15, 0.65)) if now_and_then(0.3) else 0.0,
        glare=float(rng.uniform(0.3, 1.5)) if now_and_then(0.28) else 0.0,
        glare_size=float(rng.uniform(0.008, 0.07)),
        glare_on_zone=bool(rng.random() < 0.45),
        hologram=float(rng.uniform(0.3, 1.3)) if now_and_then(0.2) else 0.0,
        defocus=float(letter * rng.uniform(0.02, 0.17)) if now_and_then(0.55) else 0.0,
        sharp_edged=bool(rng.random() < 0.4),
        motion=float(letter * rng.uniform(0.05, 0.55)) if now_and_then(0.25) else 0.0,
        motion_angle=float(rng.uniform(0, np.pi)),
        noise=float(rng.uniform(1, 16)) if now_and_then(0.6) else float(rng.uniform(0, 2)),
        fingers=int(rng.integers(1, 4)) if now_and_then(0.18) else 0,
        fingers_on_zone=bool(rng.random() < 0.15),
        contrast=float(rng.uniform(0.35, 1.9)) if now_and_then(0.35) else 1.0,
        gamma=float(np.exp(rng.uniform(-0.7, 0.7))) if now_and_then(0.25) else 1.0,
        sharpened=float(rng.uniform(0.3, 2.5)) if rng.random() < 0.25 else 0.0,
        small=float(np.clip(rng.uniform(7, 14) / letter, 0.3, 1)) if now_and_then(0.3) else 1.0,
        aliased=bool(rng.random() < 0.15),
        two_tone=bool(now_and_then(0.04)),
        jpeg=int(rng.integers(18, 50) if now_and_then(0.2) else rng.integers(40, 97))
        if rng.random() < 0.8
        else None,
    )


def random_photograph(
    rng: np.random.Generator,
    fonts: Sequence[Glyphs],
    hard: float = 0.6,
    *,
    name: FormatName | None = None,
    coded: bool = True,
    whole: bool = True,
    worn: bool = True,
    camera: tuple[int, int] | None = None,
) -> tuple[Photograph, FormatName, tuple[str, ...]]:
    """A photograph, the format of its document, and the lines of its code.

    `hard` goes from 0 to 1; `coded` False gives a side or a cover without a code. A code is
    somewhere in the picture, all of it unless `whole` is False. Some print is worn unless `worn`
    is False.
    """
    name, lines = random_code(rng, name)
    printed = random_print(rng, fonts)
    if not worn:
        printed = replace(printed, holes=0.0, uneven=0.0, cover=max(printed.cover, 0.8))
    width, height = camera or CAMERAS[int(rng.integers(0, len(CAMERAS)))]
    letters = len(lines[0])
    share = float(np.exp(rng.uniform(np.log(0.28), np.log(1.02))))
    letter = float(np.clip(share * width / letters, SMALLEST + 3 * (1 - hard), LARGEST))
    share = min(letter * letters / width, 0.97)
    letter = share * width / letters
    pose = random_pose(rng, hard)
    across = abs(np.cos(np.deg2rad(pose.turn))) * share
    down = abs(np.sin(np.deg2rad(pose.turn))) * share * width / height + 0.12
    if down > 0.95:
        pose = replace(pose, turn=float(rng.normal(0, 4)))
        across, down = share, 0.2
    room_x, room_y = max(0.0, 1 - across) / 2, max(0.0, 0.96 - down) / 2
    centre = (0.5 + float(rng.uniform(-1, 1)) * room_x, 0.5 + float(rng.uniform(-0.8, 1)) * room_y)
    if not whole:
        centre = (float(rng.uniform(-0.2, 1.2)), float(rng.uniform(-0.1, 1.2)))
    pose = replace(pose, width=share, centre=centre)
    scale = letter / printed.pitch * float(rng.uniform(1.0, 1.4))
    if coded:
        page = print_page(name, lines, printed, rng, scale)
    else:
        pose = replace(pose, width=min(0.95, share * 1.15), on_zone=False)
        bare = rng.random() < 0.35
        page = cover(name, rng, scale) if bare else print_page(name, (), printed, rng, scale)
    shot = photograph(page, pose, random_faults(rng, hard, letter), rng, (width, height))
    return shot, name, lines if coded else ()


def hopeless_photograph(rng: np.random.Generator, fonts: Sequence[Glyphs]) -> Photograph:
    """A photograph that nobody can read, for one reason: so that it can be said which."""
    name, lines = random_code(rng)
    printed = random_print(rng, fonts)
    width, height = CAMERAS[int(rng.integers(0, len(CAMERAS)))]
    share = float(rng.uniform(0.45, 0.85))
    letter = share * width / len(lines[0])
    pose = replace(
        random_pose(rng, 0.3),
        width=share,
        centre=(float(rng.uniform(0.45, 0.55)), float(rng.uniform(0.4, 0.75))),
    )
    faults = random_faults(rng, 0.3, letter)
    reason = int(rng.integers(0, 9))
    if reason == 0:  # far away
        far = float(rng.uniform(2.5, 7)) * len(lines[0]) / width
        centre = (float(rng.uniform(0.15, 0.85)), float(rng.uniform(0.15, 0.85)))
        pose = replace(pose, width=far, centre=centre)
    elif reason == 1:  # so near that both ends are outside
        pose = replace(pose, width=float(rng.uniform(1.1, 1.8)))
    elif reason == 2:  # partly outside
        way = rng.uniform(0, 2 * np.pi)
        centre = (0.5 + 0.6 * float(np.cos(way)), 0.5 + 0.6 * float(np.sin(way)))
        pose = replace(pose, centre=centre)
    elif reason == 3:  # leaning
        lean = float(rng.choice([-1, 1]) * rng.uniform(40, 70))
        pose = replace(pose, tilt=(lean, 0.0) if rng.random() < 0.5 else (0.0, lean))
    elif reason == 4:  # out of focus
        faults = replace(faults, defocus=letter * float(rng.uniform(0.2, 0.7)))
    elif reason == 5:  # moving
        faults = replace(faults, motion=letter * float(rng.uniform(0.7, 3.5)))
    elif reason == 6:  # next to no light
        faults = replace(faults, light=float(rng.uniform(0.02, 0.12)))
    elif reason == 7:  # a lamp on the code
        size = float(rng.uniform(0.03, 0.12))
        faults = replace(faults, glare=float(rng.uniform(1, 2.5)), glare_size=size)
        faults = replace(faults, glare_on_zone=True)
    else:
        faults = replace(faults, fingers=int(rng.integers(1, 4)), fingers_on_zone=True)
    scale = max(letter / printed.pitch, 3.0) * float(rng.uniform(1.0, 1.3))
    page = print_page(name, lines, printed, rng, scale)
    return photograph(page, pose, faults, rng, (width, height))


def empty_photograph(rng: np.random.Generator, hard: float) -> Photograph:
    """A table with no document on it, in any light."""
    width, height = CAMERAS[int(rng.integers(0, len(CAMERAS)))]
    outside = np.full((4, 2), -1.0, np.float32)
    bare = Photograph(table(rng, width, height), (), outside)
    faults = random_faults(rng, hard, 12.0)
    return replace(bare, picture=spoil(bare, faults, rng))
