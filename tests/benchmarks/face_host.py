"""What the rehearsal of the face costs in the device host, and how long a hint takes."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from hardware.resources import Resource
from hardware.verdicts import Role
from tests.benchmarks.app_end import AppEnd
from tests.benchmarks.numbered_camera import FPS, NumberedCamera, filming
from tests.benchmarks.process_use import cpu_seconds, memory_mb, peak_rss_mb
from tests.benchmarks.report import Figure

SECONDS = 20.0
"""One round of what the specimen machine's camera shows."""
QUICK_FPS = 30.0
"""What most webcams send; half of it is looked at."""
WARM = 8
"""Looks before, which do not count."""
OFTEN = 0.2
"""Seconds after which the notes are read: before the camera sends a picture of that number again.
"""


@dataclass
class _Measured:
    waited: list[float] = field(default_factory=list)
    """From the moment a frame is sent to the beginning of its look (ms)."""
    taken: list[float] = field(default_factory=list)
    """From then to the moment at which its hints are known."""
    told: list[float] = field(default_factory=list)
    """From then to the app's having the message, where a frame changed what is shown."""
    memory: list[float] = field(default_factory=list)


def figures(pictures: Sequence[bytes]) -> list[Figure]:
    """Processor, memory and delay with a camera of 15 pictures a second, and with one of 30."""
    return [
        *_with_camera(pictures, FPS, "host", (30, 150, 60, 100)),
        *_with_camera(pictures, QUICK_FPS, "host_with_camera_of_30", (None,) * 4),
    ]


def _with_camera(
    pictures: Sequence[bytes], fps: float, name: str, aims: Sequence[float | None]
) -> list[Figure]:
    with (
        filming(pictures, fps) as camera,
        AppEnd([Resource(Role.CAMERA, "opencv", camera.address)]) as app,
    ):
        app.wait_for_looks(WARM)
        host = app.process.pid
        previews, used, began = app.previews, cpu_seconds(host), time.monotonic()
        measured = _listen(app, camera, began + SECONDS)
        lasted = time.monotonic() - began
        used, previews = cpu_seconds(host) - used, app.previews - previews
        peak = peak_rss_mb(host)
    looks = len(measured.taken)
    cpu, memory, p50, p95 = aims
    return [
        Figure(f"{name}_cpu", 100 * used / lasted, "%", cpu),
        Figure(f"{name}_cpu_a_picture", 1000 * used / looks, "ms"),
        Figure(f"{name}_pictures_analysed", looks / lasted, "1/s"),
        Figure(f"{name}_previews", previews / lasted, "1/s"),
        Figure(f"{name}_memory_pss_most", max(measured.memory), "MB", memory),
        Figure(f"{name}_memory_rss_peak", peak, "MB", memory),
        Figure(f"{name}_camera_to_hint_p50", statistics.median(measured.taken), "ms", p50),
        Figure(f"{name}_camera_to_hint_p95", _p95(measured.taken), "ms", p95),
        Figure(f"{name}_camera_to_hint_max", max(measured.taken), "ms"),
        Figure(f"{name}_camera_to_look_p50", statistics.median(measured.waited), "ms"),
        Figure(f"{name}_camera_to_look_p95", _p95(measured.waited), "ms"),
        Figure(f"{name}_camera_to_message_p50", statistics.median(measured.told), "ms"),
        Figure(f"{name}_messages", len(measured.told), ""),
    ]


def _listen(app: AppEnd, camera: NumberedCamera, until: float) -> _Measured:
    """Reads the notes and the memory of the host until then."""
    measured = _Measured()
    seen = len(app.looks)
    app.coached.clear()
    while time.monotonic() < until:
        time.sleep(OFTEN)
        coached = app.coached.copy()
        looks = app.looks[max(0, seen - 1) :]
        for look in app.looks[seen:]:
            measured.waited.append(1000 * (look.began - camera.sent[look.number]))
            measured.taken.append(1000 * (look.done - camera.sent[look.number]))
            seen += 1
        for at in coached:
            decided = max((look for look in looks if look.done <= at), key=lambda look: look.done)
            measured.told.append(1000 * (at - camera.sent[decided.number]))
        del app.coached[: len(coached)]
        measured.memory.append(memory_mb(app.process.pid))
    return measured


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[18]
