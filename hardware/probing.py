"""Whether a device answers: asked in a process of its own, so that a hung driver is a result.

Run as `python -m hardware.probing RESOURCE` (JSON); it prints one `Probed` as JSON.
"""

import os
import subprocess
import sys
import tempfile
import time

import msgspec

from hardware import claims
from hardware.confinement import confine
from hardware.errors import HardwareError, Reason
from hardware.face import models
from hardware.function_tests.opening import try_opening
from hardware.resources import Resource
from hardware.verdicts import DeviceState, Role

DEADLINE = 10.0
"""Seconds after which the probing process is killed and its device is called hung."""


class Probed(msgspec.Struct, frozen=True):
    """The state of one device, why, and how long it took to find out (ms)."""

    resource: Resource
    state: DeviceState
    reason: Reason | None
    """Why it is out of order; or what a device that is ready cannot do."""
    ms: int
    found: str | None = None
    """What the driver found at the address: a word of the driver's own, never of the device."""


def probe(resource: Resource, deadline: float = DEADLINE) -> Probed:
    """Opens and closes one device in a process of its own, which is killed after `deadline` s."""
    started = time.monotonic()
    try:
        # Where the process is killed it cannot tidy up what it has written.
        with tempfile.TemporaryDirectory(prefix="kiosk-") as folder:
            done = subprocess.run(
                [sys.executable, "-m", "hardware.probing", msgspec.json.encode(resource).decode()],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=deadline,
                check=True,
                env=os.environ | {"TMPDIR": folder, claims.RUNTIME: str(claims.folder())},
            )
        return msgspec.json.decode(done.stdout, type=Probed)
    except subprocess.TimeoutExpired:
        reason = Reason.TIMEOUT
    except (subprocess.CalledProcessError, msgspec.MsgspecError):
        reason = Reason.CRASHED
    ms = round((time.monotonic() - started) * 1000)
    return Probed(resource, DeviceState.OUT_OF_ORDER, reason, ms)


def _probe_here(resource: Resource) -> Probed:
    started = time.monotonic()
    state, reason, found = DeviceState.READY, None, None
    try:
        found = try_opening(resource).found
        if resource.role is Role.CAMERA and not models.installed():
            reason = Reason.MODELS_MISSING
    except HardwareError as failure:
        state, reason = DeviceState.OUT_OF_ORDER, failure.reason
    return Probed(resource, state, reason, round((time.monotonic() - started) * 1000), found)


def main() -> None:
    """Entry point of the probing process."""
    resource = msgspec.json.decode(sys.argv[1], type=Resource)
    # A driver's library may print: only the result is to be on standard output.
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # As in the device host, so that what is found out here holds there.
    confine([resource])
    os.write(answer, msgspec.json.encode(_probe_here(resource)))


if __name__ == "__main__":
    main()
