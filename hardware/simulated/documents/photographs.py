"""From a flat page to what a camera or scanner shows of it: pose, bend, light, and faults."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hardware.opencv import cv2
from hardware.simulated.documents.drawing import Picture, Points, noise
from hardware.simulated.documents.pages import Line, Page


@dataclass(frozen=True)
class Pose:
    """How a page lies before the camera."""

    turn: float = 0.0
    """Degrees, clockwise as seen in the picture."""
    tilt: tuple[float, float] = (0.0, 0.0)
    """Degrees about the horizontal and the vertical axis of the picture."""
    width: float = 0.8
    """The page's width as a share of the picture's width."""
    centre: tuple[float, float] = (0.5, 0.5)
    """Where the middle of the page (or of its zone) is, in shares of width and height."""
    on_zone: bool = False
    """Whether `centre` and `width` are those of the zone and not of the page."""
    bend: float = 0.0
    """How far the page bulges, in shares of its width."""
    bend_phase: float = 0.0


@dataclass(frozen=True)
class Faults:
    """What spoils a picture; 0 or None is nothing. Lengths are in shares of the picture's width."""

    light: float = 1.0
    slope: float = 0.0
    """How much darker one side is than the other, 0 to 1."""
    shadow: float = 0.0
    glare: float = 0.0
    """Strength of a lamp's reflection."""
    glare_size: float = 0.1
    glare_on_zone: bool = True
    hologram: float = 0.0
    defocus: float = 0.0
    """Radius in pixels."""
    sharp_edged: bool = False
    """Whether the lens blurs to discs and not to bells."""
    motion: float = 0.0
    """Length in pixels."""
    motion_angle: float = 0.0
    noise: float = 0.0
    """Standard deviation in grey levels."""
    fingers: int = 0
    fingers_on_zone: bool = False
    contrast: float = 1.0
    sharpened: float = 0.0
    gamma: float = 1.0
    small: float = 1.0
    """The picture was once smaller by this factor and was enlarged again."""
    aliased: bool = False
    """Whether that was done by leaving pixels out."""
    two_tone: bool = False
    jpeg: int | None = None


@dataclass(frozen=True)
class Photograph:
    """A picture, (height, width, 3) uint8 BGR, and where page and code are in it.

    `edge` is the page's outline, (n, 2) points x, y; parts of it may lie outside the picture.
    `detail` is below 1 where the picture was once smaller by this factor.
    """

    picture: Picture
    lines: tuple[Line, ...]
    edge: Points
    detail: float = 1.0

    def zone(self) -> Points | None:
        """The four corners of the code, in reading order from the top left; None without a code."""
        if not self.lines:
            return None
        first, last = self.lines[0], self.lines[-1]
        return np.array(
            [
                _beyond(first.tops[0], first.tops[1]),
                _beyond(first.tops[-1], first.tops[-2]),
                _beyond(last.bottoms[-1], last.bottoms[-2]),
                _beyond(last.bottoms[0], last.bottoms[1]),
            ],
            np.float32,
        )


def _beyond(end: Points, before: Points) -> Points:
    """Half a letter further out than the centre of the last one."""
    return _floats(end + (end - before) / 2)


class _Lay:
    """Bends a page and lays it before the camera."""

    def __init__(self, page: Page, pose: Pose, width: int, height: int) -> None:
        h, w = page.picture.shape[:2]
        self._amplitude = pose.bend * w
        self._wave = 2 * np.pi / (1.6 * w)
        self._phase = pose.bend_phase
        box = np.array([[0, 0], [w, h]], np.float32)
        if pose.on_zone and page.lines:
            ends = np.vstack([np.vstack([line.tops, line.bottoms]) for line in page.lines])
            box = np.array([ends.min(0), ends.max(0)], np.float32)
        middle = box.mean(0)
        scale = pose.width * width / (box[1, 0] - box[0, 0])
        # A pinhole camera whose focal length is 1.25 pictures: as webcams have it.
        focal = 1.25 * width
        rx, ry, rz = np.deg2rad([pose.tilt[0], pose.tilt[1], pose.turn])
        about_x = np.array([[1, 0, 0], [0, np.cos(rx), -np.sin(rx)], [0, np.sin(rx), np.cos(rx)]])
        about_y = np.array([[np.cos(ry), 0, np.sin(ry)], [0, 1, 0], [-np.sin(ry), 0, np.cos(ry)]])
        about_z = np.array([[np.cos(rz), -np.sin(rz), 0], [np.sin(rz), np.cos(rz), 0], [0, 0, 1]])
        turned = about_x @ about_y @ about_z
        flat = np.array([[scale, 0, -scale * middle[0]], [0, scale, -scale * middle[1]], [0, 0, 1]])
        lift = np.array([turned[:, 0], turned[:, 1], [0, 0, focal]]).T
        camera = np.array(
            [[focal, 0, pose.centre[0] * width], [0, focal, pose.centre[1] * height], [0, 0, 1]]
        )
        self.matrix = camera @ lift @ flat
        self._size = (width, height)

    def _bulge(self, x: Points) -> Points:
        return _floats(self._amplitude * np.sin(x * self._wave + self._phase))

    def __call__(self, points: Points) -> Points:
        """Where points of the page are in the picture."""
        bent = points.copy()
        bent[:, 1] += self._bulge(points[:, 0])
        return _floats(cv2.perspectiveTransform(bent[None], self.matrix)[0])

    def paint(self, page: Picture, ground: Picture) -> Picture:
        """The page over the ground it lies on."""
        if not self._amplitude:
            cv2.warpPerspective(
                page, self.matrix, self._size, dst=ground,
                flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT,
            )  # fmt: skip
            return ground
        width, height = self._size
        back = np.linalg.inv(self.matrix)
        x = np.arange(width, dtype=np.float32)[None, :]
        y = np.arange(height, dtype=np.float32)[:, None]
        a = back.astype(np.float32)
        depth = a[2, 0] * x + a[2, 1] * y + a[2, 2]
        from_x = (a[0, 0] * x + a[0, 1] * y + a[0, 2]) / depth
        from_y = (a[1, 0] * x + a[1, 1] * y + a[1, 2]) / depth - self._bulge(from_x)
        cv2.remap(
            page, from_x, from_y, cv2.INTER_LINEAR, dst=ground, borderMode=cv2.BORDER_TRANSPARENT
        )
        return ground


def photograph(
    page: Page,
    pose: Pose,
    faults: Faults,
    rng: np.random.Generator,
    size: tuple[int, int] = (1280, 720),
    ground: Picture | None = None,
) -> Photograph:
    """A page photographed by a camera of `size` (width, height) on some ground."""
    width, height = size
    lay = _Lay(page, pose, width, height)
    picture = lay.paint(
        page.picture, table(rng, width, height) if ground is None else ground.copy()
    )
    lines = tuple(line.moved(lay) for line in page.lines)
    shot = Photograph(picture, lines, lay(_edge(page.picture)), faults.small)
    return replace(shot, picture=spoil(shot, faults, rng))


def _edge(page: Picture) -> Points:
    """Points around the page, close enough together to follow its bend."""
    height, width = page.shape[:2]
    along = np.linspace(0, 1, 9)[:-1]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    sides = zip(corners, np.roll(corners, -1, 0), strict=True)
    return np.vstack([a + (b - a) * along[:, None] for a, b in sides]).astype(np.float32)


def spoil(shot: Photograph, faults: Faults, rng: np.random.Generator) -> Picture:
    """The picture with its faults, in the order in which light, lens and camera bring them in."""
    picture = shot.picture
    height, width = picture.shape[:2]
    if faults.fingers:
        picture = _fingers(picture, shot, faults, rng)
    light = _light(faults, shot, rng, width, height)
    if light is not None or faults.contrast != 1 or faults.light != 1:
        gain = np.float32(faults.light * faults.contrast)
        lift = np.float32(128 * (1 - faults.contrast) * faults.light)
        lit = picture.astype(np.float32)
        if light is not None:
            lit *= light[0][..., None]
        lit = lit * gain + lift
        if light is not None:
            lit += light[1][..., None]
        picture = np.clip(lit, 0, 255).astype(np.uint8)
    if faults.gamma != 1:
        curve = 255 * (np.arange(256) / 255) ** faults.gamma
        picture = _array(cv2.LUT(picture, curve.astype(np.uint8)))
    if faults.small < 1:
        tiny = (max(8, round(width * faults.small)), max(8, round(height * faults.small)))
        down = cv2.INTER_NEAREST if faults.aliased else cv2.INTER_AREA
        picture = _array(cv2.resize(picture, tiny, interpolation=down))
        way = (cv2.INTER_LINEAR, cv2.INTER_CUBIC)[int(rng.integers(0, 2))]
        picture = _array(cv2.resize(picture, (width, height), interpolation=way))
    if faults.defocus > 0.3 and faults.sharp_edged:
        picture = _array(cv2.filter2D(picture, -1, _disc(faults.defocus * 1.6)))
    elif faults.defocus > 0.3:
        picture = _array(cv2.GaussianBlur(picture, (0, 0), faults.defocus))
    if faults.motion > 1:
        picture = _array(cv2.filter2D(picture, -1, _streak(faults.motion, faults.motion_angle)))
    if faults.noise > 0.3:
        grain = noise(rng, height, width) * np.float32(faults.noise)
        picture = _array(cv2.add(picture, cv2.merge([grain] * 3), dtype=cv2.CV_8U))
    if faults.sharpened > 0:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
        picture = _array(cv2.addWeighted(picture, 1 + faults.sharpened, soft, -faults.sharpened, 0))
    if faults.two_tone:
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        window = max(15, width // 30) | 1
        hard = cv2.adaptiveThreshold(
            grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, window, 14
        )
        picture = _array(cv2.cvtColor(hard, cv2.COLOR_GRAY2BGR))
    if faults.jpeg is not None:
        _, data = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, faults.jpeg))
        picture = _array(cv2.imdecode(data, cv2.IMREAD_COLOR))
    return picture


def _light(
    faults: Faults, shot: Photograph, rng: np.random.Generator, width: int, height: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """What the light is multiplied by, and what is added to it; None when it is even."""
    if not (faults.slope or faults.shadow or faults.glare or faults.hologram):
        return None
    small_w, small_h = width // 4, height // 4
    y, x = np.mgrid[0:small_h, 0:small_w].astype(np.float32)
    gain = np.ones((small_h, small_w), np.float32)
    plus = np.zeros((small_h, small_w), np.float32)
    if faults.slope:
        angle = rng.uniform(0, 2 * np.pi)
        way = (x / small_w - 0.5) * np.cos(angle) + (y / small_h - 0.5) * np.sin(angle)
        gain *= 1 - faults.slope * (way + 0.5)
    if faults.shadow:
        mask = np.zeros((small_h, small_w), np.float32)
        corner = rng.uniform(0, 1, 2) * (small_w, small_h)
        points = corner + rng.normal(0, 0.35, (4, 2)) * small_w
        cv2.fillConvexPoly(mask, cv2.convexHull(points.astype(np.int32)), 1.0)
        soft = _floats(cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.5, 9)))
        gain *= 1 - faults.shadow * soft
    zone = shot.zone()
    if faults.glare:
        for _ in range(int(rng.integers(1, 3))):
            at = rng.uniform(0, 1, 2) * (small_w, small_h)
            if faults.glare_on_zone and zone is not None:
                u = rng.uniform(0, 1)
                at = (zone[0] * (1 - u) + zone[1] * u) / 4 + rng.normal(0, 6, 2)
            radius = faults.glare_size * small_w * rng.uniform(0.6, 1.4)
            long, angle = rng.uniform(1, 2.8), rng.uniform(0, np.pi)
            dx, dy = x - at[0], y - at[1]
            u, v = dx * np.cos(angle) + dy * np.sin(angle), dy * np.cos(angle) - dx * np.sin(angle)
            far = np.sqrt((u / (radius * long)) ** 2 + (v / radius) ** 2)
            plus += 255 * faults.glare * np.exp(-(far ** rng.uniform(1.5, 5)))
    if faults.hologram:
        at = rng.uniform(0, 1, 2) * (small_w, small_h)
        r = np.hypot(x - at[0], y - at[1])
        wave = np.cos(r / rng.uniform(1.5, 9) + 3 * np.sin(np.arctan2(y - at[1], x - at[0]) * 6))
        reach = np.exp(-((r / (rng.uniform(0.1, 0.4) * small_w)) ** 2))
        plus += (60 * faults.hologram * (wave * 0.5 + 0.4) * reach).astype(np.float32)
    full = (width, height)
    return (
        _floats(cv2.resize(gain, full, interpolation=cv2.INTER_LINEAR)),
        _floats(cv2.resize(plus, full, interpolation=cv2.INTER_LINEAR)),
    )


def _fingers(
    picture: Picture, shot: Photograph, faults: Faults, rng: np.random.Generator
) -> Picture:
    """Fingertips that hold the page, or lie on the code."""
    height, width = picture.shape[:2]
    picture = picture.copy()
    zone = shot.zone()
    for _ in range(faults.fingers):
        thick = rng.uniform(0.04, 0.08) * width
        tip = rng.uniform(0.05, 0.95, 2) * (width, height)
        if zone is not None:
            u, v = rng.uniform(0, 1), rng.uniform(0, 1)
            here = (zone[0] * (1 - u) + zone[1] * u) * (1 - v) + (
                zone[3] * (1 - u) + zone[2] * u
            ) * v
            if faults.fingers_on_zone:
                tip = here
            elif np.linalg.norm(tip - zone.mean(0)) < np.linalg.norm(zone[1] - zone[0]) * 0.55:
                continue
        outward = tip - (width / 2, height * 0.3)
        root = tip + outward / (np.linalg.norm(outward) + 1) * width
        skin = rng.uniform(70, 235) * np.array([0.70, 0.84, 1.0])
        ends = [tuple(int(v) for v in point) for point in (tip, root)]
        for inner, shade in ((1.0, 0.82), (0.7, 1.0)):
            colour = tuple(float(v) for v in skin * shade)
            cv2.line(picture, ends[0], ends[1], colour, max(2, int(thick * inner)), cv2.LINE_AA)
        nail = tuple(float(v) for v in np.clip(skin * 1.12, 0, 255))
        cv2.circle(picture, ends[0], max(1, int(thick * 0.28)), nail, -1, cv2.LINE_AA)
    return picture


def _disc(radius: float) -> NDArray[np.float32]:
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _streak(length: float, angle: float) -> NDArray[np.float32]:
    reach = int(np.ceil(length)) | 1
    kernel = np.zeros((reach, reach), np.float32)
    middle = reach // 2
    dx, dy = np.cos(angle) * length / 2, np.sin(angle) * length / 2
    start, end = (round(middle - dx), round(middle - dy)), (round(middle + dx), round(middle + dy))
    cv2.line(kernel, start, end, 1.0, 1, cv2.LINE_AA)
    return _floats(kernel / kernel.sum())


def table(rng: np.random.Generator, width: int, height: int) -> Picture:
    """What a document lies on: white, grey or dark, plain, grained, striped or written on."""
    plain = np.empty((height, width, 3), np.uint8)
    plain[:] = np.clip(
        rng.choice([rng.uniform(5, 90), rng.uniform(90, 200), rng.uniform(200, 255)])
        + rng.normal(0, 12, 3),
        0,
        255,
    )
    kind = rng.random()
    if kind < 0.3:
        return plain
    texture = _textures()[int(rng.integers(0, len(_textures())))]
    zoom = rng.uniform(0.7, 1.8)
    size = (max(width, round(texture.shape[1] * zoom)), max(height, round(texture.shape[0] * zoom)))
    grown = cv2.resize(texture, size)
    x, y = int(rng.integers(0, size[0] - width + 1)), int(rng.integers(0, size[1] - height + 1))
    part = np.asarray(grown)[y : y + height, x : x + width, None] * np.float32(rng.uniform(10, 60))
    return np.clip(plain + part, 0, 255).astype(np.uint8)


@cache
def _textures() -> tuple[NDArray[np.float32], ...]:
    """Grain, wood, cloth, keys and lines of writing, (720, 1280) about 0."""
    rng = np.random.default_rng(2)
    y, x = np.mgrid[0:720, 0:1280].astype(np.float32)
    made: list[NDArray[np.floating]] = []
    for cells in (6, 20, 60, 180):
        cloud = cv2.resize(noise(rng, cells, cells * 2), (1280, 720), interpolation=cv2.INTER_CUBIC)
        made.append(_floats(cloud) * 0.6)
        grain = cv2.resize(noise(rng, cells, 8), (1280, 720), interpolation=cv2.INTER_CUBIC)
        made.append(_floats(grain) * 0.7)
    made.append(np.sin(x / 3) * np.sin(y / 3))
    made.append(np.sign(np.sin(x / 40)) * np.sign(np.sin(y / 40)))
    made.append(np.sign(np.sin((x + y) / 17)))
    for size, thick in ((0.5, 1), (0.8, 1), (1.1, 2)):
        sheet = np.zeros((720, 1280), np.uint8)
        for row in range(20, 720, round(46 * size)):
            letters = "".join(chr(int(c)) for c in rng.integers(48, 122, 120))
            cv2.putText(
                sheet,
                letters,
                (int(rng.integers(-60, 20)), row),
                cv2.FONT_HERSHEY_SIMPLEX,
                size,
                255,
                thick,
                cv2.LINE_AA,
            )
        made.append(sheet.astype(np.float32) / -128)
    return tuple(_floats(texture) for texture in made)


def _array(picture: object) -> Picture:
    return np.asarray(picture, np.uint8)


def _floats(picture: object) -> NDArray[np.float32]:
    return np.asarray(picture, np.float32)
