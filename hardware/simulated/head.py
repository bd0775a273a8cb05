"""Invented people before a wall, computed in three dimensions: where each looks is known exactly.

Everything is computed by this code; the heads are nobody's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hardware.opencv import cv2
from hardware.simulated import head_shape, worn
from hardware.simulated.head_colours import face_colours
from hardware.simulated.head_shape import BROWS, CHIN, COLLAR, CROWN, NECK, NECK_HIGH, NECK_LOW
from hardware.simulated.surfaces import Surface, linear, net

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]

WIDTH, HEIGHT = 640, 480
FINER = 2
"""Pixels are computed so many times finer in each direction, and then averaged."""
DISTANCE = 1800.0
"""Millimetres from the camera to the head's middle; how large it is seen is a matter of zoom."""
MIDDLE = np.array([0.0, -33.0, 60.0])
"""What is seen at x, y, in the head's axes: behind the tip of the nose."""
GAMMA_STEPS = 4096
NOISE = 0.8
"""Standard deviation of the sensor's noise in good light, of 255."""

Skin = Literal["light", "medium", "dark"]
Hair = Literal["brown", "black", "grey"]
SKINS = {
    "light": linear(228, 180, 150),
    "medium": linear(190, 138, 104),
    "dark": linear(134, 90, 64),
}
EYES = {
    "light": linear(92, 110, 120),
    "medium": linear(96, 70, 48),
    "dark": linear(78, 52, 36),
}
"""By the skin that they go with."""
HAIRS = {"brown": linear(84, 60, 42), "black": linear(36, 30, 30), "grey": linear(176, 172, 168)}
JUMPERS = {
    "brown": linear(66, 104, 132),
    "black": linear(150, 120, 60),
    "grey": linear(84, 110, 84),
}
"""By the hair that it goes with."""


@dataclass(frozen=True)
class Look:
    """How a person looks."""

    skin: Skin = "light"
    hair: Hair = "brown"
    long: bool = False
    """Whether the hair falls to the chin."""
    glasses: bool = False
    glare: bool = False
    """Whether light is mirrored in the glasses."""
    hat: bool = False
    mask: bool = False


@dataclass(frozen=True)
class Stand:
    """Where a person is and looks, as the camera sees it (its picture is not mirrored)."""

    x: float = 0.5
    """The tip of the nose: 0 at the picture's left edge, 1 at its right (before it turns)."""
    y: float = 0.53
    """0 at the upper edge, 1 at the lower."""
    height: float = 0.44
    """From the brows to the chin, upright and from in front, as a share of the picture's height."""
    yaw: float = 0.0
    """Degrees, as in `hardware.face.pose.Pose`; positive: the nose goes to the picture's right."""
    pitch: float = 0.0
    """Positive: the nose goes down."""
    roll: float = 0.0
    """Positive: the crown goes to the picture's right, clockwise."""

    def rotation(self) -> NDArray[np.float64]:
        """(3, 3), from a head that looks straight ahead to this one: x right, y down, z away.

        First roll, then pitch, then yaw.
        """
        yaw, pitch, roll = np.deg2rad([self.yaw, self.pitch, self.roll])
        c, s = np.cos(yaw), np.sin(yaw)
        turned = np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])
        c, s = np.cos(pitch), np.sin(pitch)
        lowered = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
        c, s = np.cos(roll), np.sin(roll)
        leant = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
        return np.asarray(turned @ lowered @ leant)


@dataclass(frozen=True)
class Light:
    """The light in the room, and what the camera makes of it."""

    level: float = 1.0
    """Of the light on the person; 1 is right."""
    side: float = 0.0
    """From where most of it comes: 0 from in front, -1 from the left of the picture, 1 right."""
    wall: float = 0.42
    """How bright the wall behind is: the share of white, linear."""
    defocus: float = 0.0
    """Standard deviation of the blur, in pixels."""


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist, somewhere before the camera."""

    look: Look = Look()
    stand: Stand = Stand()


def render(
    people: Sequence[Person], light: Light = Light(), rng: np.random.Generator | None = None
) -> Picture:
    """What the camera sees of these people: (480, 640, 3) uint8 BGR.

    Without `rng` there is no noise. Those who stand further back come first.
    """
    colours = _wall(light.wall)
    for person in people:
        colours = _with(person, colours, light)
    seen = cv2.resize(colours, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    if light.defocus:
        seen = cv2.GaussianBlur(seen, (0, 0), light.defocus)
    steps = np.minimum(seen * np.float32(4 * GAMMA_STEPS), GAMMA_STEPS - 1).astype(np.uint16)
    picture = _GAMMA[steps]
    return picture if rng is None else _noisy(picture, rng)


def _with(person: Person, colours: Floats, light: Light) -> Floats:
    """The picture with this person before all that was on it, at a quarter of its brightness."""
    depths = np.full(colours.shape[:2], BEHIND, np.float32)
    camera = np.eye(4, dtype=np.float32)
    colours = colours.copy()
    for surface, knots, normals in _placed(person):
        lit = surface.colours if surface.glows else _lit(surface.colours, normals, light)
        drawn = cv2.triangleRasterize(
            knots, surface.triangles, lit * np.float32(0.25), colours, depths, camera,
            _VIEW, 1.0, BEHIND, _SETTINGS,
        )  # fmt: skip
        colours, depths = (np.asarray(part, np.float32) for part in drawn)
    return colours


BEHIND = 1e6
"""Millimetres from the camera behind which nothing is."""
_VIEW = 2 * np.arctan(0.5)
"""The angle under which the camera sees, in radians: one high at a distance of one."""
_OTHER_WAY = np.diag([1.0, -1.0, -1.0])
"""Between axes that go down and away and those that go up and come near."""
_SETTINGS = cv2.TriangleRasterizeSettings()
_SETTINGS.setShadingType(cv2.RASTERIZE_SHADING_SHADED)
_SETTINGS.setCullingMode(cv2.RASTERIZE_CULLING_CW)  # what faces away is not drawn
_GAMMA = np.round(255 * (np.arange(GAMMA_STEPS) / (GAMMA_STEPS - 1)) ** (1 / 2.2)).astype(np.uint8)


@lru_cache(4)
def _wall(bright: float) -> Floats:
    """A plain wall, a little darker to one side and below, at a quarter of its brightness."""
    across = np.linspace(1.06, 0.92, WIDTH * FINER, dtype=np.float32)
    down = np.linspace(1.03, 0.93, HEIGHT * FINER, dtype=np.float32)
    tint = np.array([0.97, 1.0, 1.0], np.float32)
    return np.asarray(down[:, None, None] * across[:, None] * (tint * np.float32(bright / 4)))


def _lit(colours: Floats, normals: Floats, light: Light) -> Floats:
    """What the colours look like in this light."""
    side = light.side
    towards = np.array([0.08 + 1.6 * side, 0.45, 1.0 - 0.9 * abs(side)], np.float32)
    towards /= np.linalg.norm(towards)
    facing = normals @ towards
    lamp = np.clip((facing + 0.15) / 1.15, 0, None) * np.float32(0.62)
    room = (0.42 - 0.32 * abs(side)) * (0.82 + 0.18 * normals[:, 1])
    # A little sheen, as skin has.
    sheen = np.clip(facing, 0, 1) ** 24 * np.float32(0.035)
    bright = (lamp + room)[:, None] * colours + sheen[:, None]
    return np.asarray(np.clip(bright * np.float32(light.level), 0, 3.9), np.float32)


def _noisy(picture: Picture, rng: np.random.Generator) -> Picture:
    tile = _noise_tile()
    top, left = rng.integers(0, 64, 2)
    return np.asarray(
        cv2.add(picture, tile[top : top + HEIGHT, left : left + WIDTH], dtype=cv2.CV_8U)
    )


@lru_cache(1)
def _noise_tile() -> NDArray[np.int8]:
    rng = np.random.default_rng(5)
    return np.round(rng.normal(0, NOISE, (HEIGHT + 64, WIDTH + 64, 3))).astype(np.int8)


def _placed(person: Person) -> list[tuple[Surface, Floats, Floats]]:
    """The surfaces of a person with knots and normals as the camera sees them."""
    stand = person.stand
    rotation = _OTHER_WAY @ stand.rotation() @ _OTHER_WAY
    zoom = stand.height * DISTANCE / (BROWS - CHIN)
    across, up = (stand.x - 0.5) * WIDTH / HEIGHT, 0.5 - stand.y
    lens = np.array([[zoom, 0, -across], [0, zoom, -up], [0, 0, 1]])
    place = np.array([0.0, 0.0, -DISTANCE]) - rotation @ MIDDLE

    turned = np.column_stack([lens @ rotation, lens @ place])
    placed = [
        (surface, _moved(surface.knots, turned), _moved(surface.normals, rotation))
        for surface in head_of(person.look)
    ]
    # The shoulders stay where they are while the head turns on the neck.
    stays = np.column_stack([lens, lens @ (rotation @ NECK + place - NECK)])
    neck, shoulders = body_of(person.look)
    share = ((neck.knots[:, 1:2] - NECK_LOW) / (NECK_HIGH - NECK_LOW)) ** 1.5
    below = _moved(neck.knots, stays)
    bent = below + (_moved(neck.knots, turned) - below) * share
    placed.append((neck, bent, neck.normals))
    placed.append((shoulders, _moved(shoulders.knots, stays), shoulders.normals))
    return placed


def _moved(knots: Floats, how: NDArray[np.float64]) -> Floats:
    """Knots after a linear (3, 3) or affine (3, 4) map."""
    return np.asarray(cv2.transform(knots[:, None], how)[:, 0], np.float32)


@lru_cache(16)
def head_of(look: Look) -> tuple[Surface, ...]:
    """What turns when the person's head turns, in the head's axes."""
    skull = head_shape.skull()
    skin, hair = SKINS[look.skin], HAIRS[look.hair]
    brows = hair * 0.8 if look.hair != "grey" else hair * 0.45
    colours = face_colours(skull.knots, skull.front, skin, brows, EYES[look.skin])
    grown = head_shape.hair_share(skull.plain, 8)[..., None]
    colours = colours + (hair * worn.streaks(skull.plain)[..., None] - colours) * grown
    soft = head_shape.hair_share(skull.plain, 24)[..., None]
    thick = (9 + 5 * skull.plain[..., 1:2] / CROWN) * soft
    away = skull.plain - np.array([0.0, 0.0, -10.0])
    away /= np.linalg.norm(away, axis=-1, keepdims=True)
    knots = skull.knots + thick * away
    if look.hat:
        covered = worn.cap_share(skull.plain)[..., None]
        colours = colours + (worn.cap_colours(skull.plain) - colours) * covered
        knots = skull.knots + 13 * away * covered + thick * away * (1 - covered)
    parts = [net(knots, colours)]
    parts += [net(head_shape.ear(side), skin * 0.92) for side in (-1, 1)]
    if look.long:
        parts += worn.long_hair(hair * 0.85)
    if look.mask:
        parts.append(worn.mask())
    if look.glasses:
        parts += worn.glasses()
    if look.glare:
        parts += worn.glare()
    return tuple(parts)


@lru_cache(8)
def body_of(look: Look) -> tuple[Surface, Surface]:
    """Neck and shoulders."""
    neck = head_shape.neck()
    under_chin = 1 - 0.45 * np.exp(-(((neck[..., 1] + 98) / 30) ** 2))
    jumper = JUMPERS[look.hair]
    shoulders = head_shape.shoulders()
    collar = 1 - 0.25 * (shoulders[..., 1] > COLLAR - 14)
    return (
        net(neck, SKINS[look.skin] * 0.9 * under_chin[..., None]),
        net(shoulders, jumper * collar[..., None]),
    )
