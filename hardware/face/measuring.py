"""What can be measured of the nearest face in a picture, without knowing whose it is.

Luminance, backlight, cover and the like follow OFIQ, the reference implementation of ISO/IEC
29794-5 (version 1.0.3), where the formulas name it; the thresholds are in `hardware.face.judging`.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hardware.face.detecting import Face
from hardware.face.mesh import Mesh, Region
from hardware.face.pose import pose_of
from hardware.face.tracking import Look
from hardware.opencv import cv2

Picture = NDArray[np.uint8]

CROP = 160
"""Pixels of the upright crop around the face in which light, colour and sharpness are measured."""
CROP_AROUND = 0.9
"""Its side, by that of the region around the mesh (`hardware.face.mesh.AROUND`)."""

LEFT_EYE, RIGHT_EYE = (33, 133, 159, 145), (362, 263, 386, 374)
"""The corners, the upper and the lower lid; left and right as in the picture."""
LIPS = (13, 14)
CHIN = 152
FOREHEAD = (9, 151, 10)
"""From between the brows up to the hairline."""

WHITE = 235
"""From this value in every channel a pixel is a reflection."""
CLIPPED = 247 / 255
"""Luminance from which a pixel counts as over-exposed (OFIQ)."""
GREY = 2.0
"""Mean chroma (CIELAB) of the whole crop up to which the camera is taken to see no colours."""
BACKGROUND = (96, 72)
"""Width and height of the small picture by which the background is measured."""


@dataclass(frozen=True, repr=False)
class Measures:
    """The nearest face in numbers. Personal while it exists: no repr, never logged, never sent."""

    faces: int
    """How many people there are."""
    presence: float
    """How sure the mesh is that it follows a face, 0 to 1."""
    size: float
    """From the eyes to the chin, as a share of the picture's height (OFIQ, head size)."""
    x: float
    y: float
    """The middle of the face, as shares of the picture's width and height."""
    yaw: float
    pitch: float
    roll: float
    """As in `hardware.face.pose.Pose`, degrees."""
    light: float
    """Mean luminance of the face, 0 to 1 (OFIQ, luminance mean)."""
    over_exposed: float
    """Share of the face that is white (OFIQ, over-exposure)."""
    background: float
    """Mean luminance beside and above the head, 0 to 1."""
    evenness: float
    """Luminance of the darker half of the face by that of the other, 0 to 1."""
    softness: float
    """How little of the edges is lost when the picture is blurred: 0.5 is sharp, 0.8 is not."""
    glare: float
    """Share of white pixels around the eyes."""
    cheeks: float
    """How far the cheeks are from the colour of any skin, in CIELAB (OFIQ, natural colour)."""
    forehead: float
    """The same of the forehead."""
    contrast: float
    """How far the forehead's colour is from the cheeks', in CIELAB without lightness."""
    motion: float
    """Mean way of the points since the last picture, by the distance of the eyes."""


def measure(picture: Picture, look: Look, before: Mesh | None = None) -> Measures | None:
    """The measures of the nearest face; None where there is none.

    `picture`: (height, width, 3) uint8 BGR; `before`: the mesh of the picture before.
    """
    mesh = look.mesh
    if mesh is None:
        return None
    height, width = picture.shape[:2]
    points = mesh.points
    eyes = np.array([points[list(eye), :2].mean(0) for eye in (LEFT_EYE, RIGHT_EYE)])
    apart = max(1.0, float(np.linalg.norm(eyes[1] - eyes[0])))
    middle = (points[:, :2].min(0) + points[:, :2].max(0)) / 2
    pose = pose_of(points)
    crop = _Crop(picture, mesh)
    light = float(crop.luminance[crop.face].mean())
    cheeks, forehead = crop.cheeks(), crop.forehead()
    return Measures(
        faces=max(1, len(look.faces)),
        presence=mesh.presence,
        size=float(np.linalg.norm(points[CHIN, :2] - eyes.mean(0))) / height,
        x=float(middle[0]) / width,
        y=float(middle[1]) / height,
        yaw=pose.yaw,
        pitch=pose.pitch,
        roll=pose.roll,
        light=light,
        over_exposed=float((crop.luminance[crop.face] >= CLIPPED).mean()),
        background=_background(picture, mesh),
        evenness=crop.evenness(),
        softness=crop.softness(),
        glare=crop.glare(),
        cheeks=0.0 if crop.grey else _unnatural(cheeks),
        forehead=0.0 if crop.grey else _unnatural(forehead),
        contrast=0.0 if crop.grey else float(np.linalg.norm((forehead - cheeks)[1:])),
        motion=_motion(mesh, before, apart),
    )


class _Crop:
    """The face upright, as large as can be, with the mesh's points in it."""

    def __init__(self, picture: Picture, mesh: Mesh) -> None:
        region = mesh.region()
        into = _upright(region)
        self.picture = np.asarray(
            cv2.warpAffine(picture, into, (CROP, CROP), flags=cv2.INTER_LINEAR), np.uint8
        )
        self.points = mesh.points[:, :2] @ into[:, :2].T + into[:, 2]
        mask = np.zeros((CROP, CROP), np.uint8)
        cv2.fillConvexPoly(mask, cv2.convexHull(self.points.round().astype(np.int32)), 255)
        self.face = mask > 0
        self.luminance = luminance(self.picture)
        self._lab = _lab(self.picture)
        self.grey = bool(np.hypot(self._lab[..., 1], self._lab[..., 2]).mean() < GREY)
        self._eyes = [self.points[list(eye)] for eye in (LEFT_EYE, RIGHT_EYE)]
        self._apart = float(np.linalg.norm(self._eyes[1].mean(0) - self._eyes[0].mean(0)))

    def evenness(self) -> float:
        """Luminance of the darker half of the face by that of the brighter one."""
        line = self.points[[*FOREHEAD, 1, *LIPS], 0].mean()
        left = np.arange(CROP)[None, :] < line
        halves = [self.luminance[self.face & side] for side in (left, ~left)]
        low, high = sorted(float(half.mean()) if half.size else 0.0 for half in halves)
        return low / max(high, 1e-6)

    def softness(self) -> float:
        """How blurred the face is."""
        inside = cv2.erode(self.face.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        return softness(self.picture, inside)

    def glare(self) -> float:
        """The share of white pixels around the eyes."""
        shares = []
        for eye in self._eyes:
            box = self._box(eye.mean(0), 0.42 * self._apart, 0.26 * self._apart)
            shares.append(float((box.min(-1) > WHITE).mean()) if box.size else 0.0)
        return max(shares)

    def cheeks(self) -> NDArray[np.float32]:
        """The mean colour, L a b, of two squares half-way between eyes and mouth (OFIQ)."""
        mouth = self.points[list(LIPS)].mean(0)
        low = (mouth - np.mean([eye.mean(0) for eye in self._eyes], 0)) / 2
        squares = [
            self._box(eye.mean(0) + low, 0.15 * self._apart, 0.15 * self._apart, self._lab)
            for eye in self._eyes
        ]
        return _mean(squares)

    def forehead(self) -> NDArray[np.float32]:
        """The mean colour, L a b, above the brows."""
        between, *_, top = (self.points[number] for number in FOREHEAD)
        half = 0.15 * self._apart
        return _mean([self._box(between + 0.65 * (top - between), 2 * half, half, self._lab)])

    def _box(
        self,
        centre: NDArray[np.floating],
        across: float,
        down: float,
        of: NDArray[np.generic] | None = None,
    ) -> NDArray[np.generic]:
        """The part of the crop, or of another picture of its size, around a point."""
        x, y = centre
        top, bottom = (int(np.clip(round(v), 0, CROP)) for v in (y - down, y + down))
        left, right = (int(np.clip(round(v), 0, CROP)) for v in (x - across, x + across))
        return (self.picture if of is None else of)[top:bottom, left:right]


def softness(picture: Picture, inside: NDArray[np.bool_]) -> float:
    """How much of the edges is left when the picture is blurred: most, where it was before.

    After Crete et al., "The blur effect", SPIE 6492, 2007. `inside`: the pixels that count. What is
    looked at is smoothed first, so that a sensor's noise does not pass for detail.
    """
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    once = cv2.GaussianBlur(grey, (0, 0), 1.0)
    twice = cv2.GaussianBlur(once, (0, 0), 2.0)
    return float(_edges(twice)[inside].sum()) / max(1.0, float(_edges(once)[inside].sum()))


def softness_of(picture: Picture, face: Face) -> float:
    """The same of a face that was detected, where the mesh cannot follow it."""
    left, top = (max(0, round(edge)) for edge in (face.x, face.y))
    part = picture[top : round(face.y + face.height), left : round(face.x + face.width)]
    if not part.size:  # the detector may place a face beyond the edge
        return 0.0
    part = np.asarray(cv2.resize(part, (CROP, CROP), interpolation=cv2.INTER_AREA), np.uint8)
    return softness(part, np.ones((CROP, CROP), np.bool_))


def luminance(picture: Picture) -> NDArray[np.float32]:
    """Luminance, 0 to 1, of BGR pixels: sRGB made linear (IEC 61966-2-1), weights of BT.709."""
    linear = _linear()[picture]
    weights = np.array([0.0722, 0.7152, 0.2126], np.float32)
    return np.asarray(linear @ weights, np.float32)


@cache
def _linear() -> NDArray[np.float32]:
    value = np.arange(256) / 255
    curve = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return curve.astype(np.float32)


def _lab(picture: Picture) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_BGR2Lab), np.float32)


def _upright(region: Region) -> NDArray[np.float64]:
    """The affine map, (2, 3), from the picture into the crop."""
    scale = CROP / (region.side * CROP_AROUND)
    c, s = np.cos(region.angle) * scale, np.sin(region.angle) * scale
    turned = np.array([[c, s], [-s, c]])
    return np.hstack([turned, (CROP / 2 - turned @ [region.x, region.y])[:, None]])


def _mean(squares: list[NDArray[np.generic]]) -> NDArray[np.float32]:
    pixels = [square.reshape(-1, 3) for square in squares if square.size]
    return np.asarray(np.vstack(pixels).mean(0) if pixels else np.zeros(3), np.float32)


def _edges(grey: object) -> NDArray[np.float32]:
    """The squared slope at each pixel."""
    picture = np.asarray(grey, np.float32)
    across, down = cv2.Sobel(picture, cv2.CV_32F, 1, 0), cv2.Sobel(picture, cv2.CV_32F, 0, 1)
    return np.asarray(across, np.float32) ** 2 + np.asarray(down, np.float32) ** 2


def _unnatural(colour: NDArray[np.float32]) -> float:
    """The distance of a colour, L a b, from a of 5 to 25 and b of 5 to 35."""
    _, a, b = (float(value) for value in colour)
    if a < 0 or b < 0:
        return 100.0
    return float(np.hypot(a - np.clip(a, 5, 25), b - np.clip(b, 5, 35)))


def _background(picture: Picture, mesh: Mesh) -> float:
    """Mean luminance beside and above the head: what stands below it is the person, too."""
    height, width = picture.shape[:2]
    small = np.asarray(cv2.resize(picture, BACKGROUND, interpolation=cv2.INTER_AREA), np.uint8)
    scale = np.array(BACKGROUND) / (width, height)
    low, high = mesh.points[:, :2].min(0) * scale, mesh.points[:, :2].max(0) * scale
    across, down = high - low
    around = np.ones(small.shape[:2], bool)
    # Hair and ears reach beyond the mesh, and hair far above it.
    left, right = (int(max(0, v)) for v in (low[0] - 0.45 * across, high[0] + 0.45 * across))
    around[int(max(0, low[1] - 0.5 * down)) :, left : right + 1] = False
    around[int(max(0, high[1])) :] = False
    return float(luminance(small)[around].mean()) if around.any() else 0.0


def _motion(mesh: Mesh, before: Mesh | None, apart: float) -> float:
    if before is None:
        return 0.0
    way = np.linalg.norm(mesh.points[:, :2] - before.points[:, :2], axis=1).mean()
    return float(way) / apart
