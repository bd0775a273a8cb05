"""Devices that fail and come back: the steps one by one, and with real hosts and devices."""

from pathlib import Path

import pytest

from hardware import confinement_files
from hardware.errors import HardwareError, Reason
from hardware.healing import CURABLE, RESET_AFTER, WORKED, Healing, reset_of
from hardware.healing_record import HOUR, MOST_RESETS, HealingRecord
from hardware.messages import Rehearse, Status
from hardware.resources import Resource
from hardware.simulated import machine
from hardware.usb_addresses import usb_of
from hardware.verdicts import ROLE_OF, DeviceState, HealingStep, Rehearsal, Role
from kiosk.places import shipped
from tests.hosts import linked
from tests.site_driver import install
from tests.usb_trees import Tree

REOPENED, RESET, GIVEN_UP = HealingStep.REOPENED, HealingStep.RESET, HealingStep.GIVEN_UP
READER = Resource(Role.READER, "nfcpy", "usb:port:1-2")


class Site:
    """A device that is healed by the clock of the test; `resets` are those that were made."""

    def __init__(self, resets_left: int, can_be_reset: bool = True) -> None:
        self.steps: list[HealingStep] = []
        self.time = 0.0
        self.resets = 0
        self._can = can_be_reset
        self.healing = Healing(
            READER, resets_left, self.steps.append, self._reset, lambda: self.time
        )

    def _reset(self, resource: Resource) -> bool:
        assert resource == READER
        self.resets += self._can
        return self._can

    def fail(self, times: int, reason: Reason = Reason.TIMEOUT) -> None:
        for _ in range(times):
            self.healing.failed(reason)


def test_a_device_that_opens_again_needs_no_other_step() -> None:
    site = Site(resets_left=3)
    site.healing.opened()
    assert site.steps == []  # it had not failed
    site.fail(1, Reason.LOST)
    site.healing.opened()
    assert site.steps == [REOPENED]


def test_after_three_failures_it_is_reset_and_again_after_three_more() -> None:
    site = Site(resets_left=2)
    site.fail(RESET_AFTER - 1)
    assert site.steps == []
    site.fail(1)
    assert site.steps == [RESET]
    site.fail(RESET_AFTER)
    assert site.steps == [RESET, RESET]
    site.fail(10 * RESET_AFTER)
    assert site.steps == [RESET, RESET, GIVEN_UP]  # once, and none was left
    assert site.resets == 2


def test_where_nothing_can_be_reset_it_is_given_up_once() -> None:
    site = Site(resets_left=3, can_be_reset=False)
    site.fail(4 * RESET_AFTER)
    assert site.steps == [GIVEN_UP]


def test_a_camera_that_opens_and_stalls_each_time_is_reset_too() -> None:
    site = Site(resets_left=1)
    for _ in range(2 * RESET_AFTER):
        site.healing.opened()
        site.time += 1.5
        site.fail(1, Reason.STALLED)
    assert site.steps.count(RESET) == 1
    assert site.steps[-1] is GIVEN_UP


def test_what_failed_before_a_good_while_counts_no_more() -> None:
    site = Site(resets_left=3)
    for _ in range(4 * RESET_AFTER):
        site.healing.opened()
        site.time += WORKED
        site.fail(1, Reason.LOST)
    assert RESET not in site.steps
    assert GIVEN_UP not in site.steps


@pytest.mark.parametrize("reason", sorted(set(Reason) - CURABLE))
def test_what_no_reset_cures_is_not_reset(reason: Reason) -> None:
    site = Site(resets_left=3)
    site.fail(4 * RESET_AFTER, reason)
    assert site.steps == []
    assert site.resets == 0


# --- how often ------------------------------------------------------------------------------------


def test_each_step_is_counted_and_resets_are_limited_by_the_hour_and_device() -> None:
    time = [0.0]
    record = HealingRecord(lambda: time[0])
    for minute in range(MOST_RESETS):
        assert record.resets_left(Role.CAMERA) == MOST_RESETS - minute
        time[0] = minute * 60.0
        record.note(Role.CAMERA, RESET)
        record.note(Role.CAMERA, REOPENED)
    assert record.resets_left(Role.CAMERA) == 0
    assert record.resets_left(Role.READER) == MOST_RESETS
    time[0] = HOUR - 1
    assert record.resets_left(Role.CAMERA) == 0
    time[0] = HOUR
    assert record.resets_left(Role.CAMERA) == 1
    record.note(Role.CAMERA, RESET)
    assert record.resets_left(Role.CAMERA) == 0
    assert record.steps[Role.CAMERA, RESET] == MOST_RESETS + 1
    assert record.steps[Role.CAMERA, REOPENED] == MOST_RESETS


# --- which USB device -----------------------------------------------------------------------------


def test_the_device_to_be_reset_is_that_of_the_address(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.plug("1-2", number=12)
    tree.plug("2-1", number=3, made_by=("046d", "0825"))
    for address, port in (
        ("usb:port:1-2", "1-2"),
        ("usb:054c:06c3", "1-2"),
        ("usb:054c", "1-2"),
        ("usb:001:012", "1-2"),
        ("usb", "1-2"),
        ("usb:046d:0825", "2-1"),
    ):
        device = usb_of(Resource(Role.READER, "nfcpy", address), tree.sys)
        assert device
        assert device.port == port, address
    sane = usb_of(Resource(Role.SCANNER, "sane", "sane:genesys:libusb:002:003"), tree.sys)
    assert sane
    assert sane.port == "2-1"
    for address in ("usb:001:013", "udp:127.0.0.1:5000", "pcsc:", str(tmp_path / "none")):
        assert usb_of(Resource(Role.READER, "nfcpy", address), tree.sys) is None
    with pytest.raises(HardwareError):
        usb_of(Resource(Role.READER, "nfcpy", "usb:port:1-9"), tree.sys)


def test_what_is_no_usb_device_is_not_reset(tmp_path: Path) -> None:
    for address in ("udp:127.0.0.1:5000", "usb:port:99-1", str(tmp_path)):
        assert not reset_of(Resource(Role.READER, "nfcpy", address))


# --- through a real host --------------------------------------------------------------------------


@pytest.mark.grid
@pytest.mark.parametrize("rehearsal", Rehearsal)
async def test_a_device_that_is_unplugged_and_comes_back_is_used_again(
    rehearsal: Rehearsal,
) -> None:
    role = ROLE_OF[rehearsal]

    def is_ready(message: object) -> bool:
        return isinstance(message, Status) and message.state is DeviceState.READY

    def is_out(message: object) -> bool:
        states = (DeviceState.OUT_OF_ORDER, DeviceState.STALLED)
        return isinstance(message, Status) and message.state in states

    with machine.start(shipped() / "machines/quick.toml") as running:
        running.tell(role, "unplug")
        async with linked(running.devices) as told:
            host = told.host_pid
            told.send(Rehearse(rehearsal))
            await told.says(is_out)
            running.tell(role, "plug")
            await told.says(is_ready)
            running.tell(role, "unplug")
            await told.says(is_out)
            running.tell(role, "plug")
            await told.says(is_ready)
            assert told.healed.steps[role, REOPENED] >= 2
            assert told.healed.steps[role, RESET] == 0
            # Without a restart, unless its node is another one each time, which only a new host
            # may open.
            is_new_node = role is Role.SCANNER and confinement_files.version() > 0
            assert (told.host_pid == host) is not is_new_node


async def test_the_host_tells_what_it_did_and_the_app_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "works"
    resource = install(
        tmp_path,
        monkeypatch,
        f"""
        def open(self, timeout):
            if not os.path.exists({str(marker)!r}):
                raise HardwareError(Reason.TIMEOUT)
        """,
    )
    async with linked([resource]) as told:
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.TIMEOUT))
        marker.write_text("")
        await told.says(Status(Role.READER, DeviceState.READY))
        assert told.healed.steps[Role.READER, REOPENED] == 1


async def test_a_device_with_which_hosts_die_is_reset_before_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = install(
        tmp_path,
        monkeypatch,
        """
        def open(self, timeout): raise RuntimeError
        """,
    )
    async with linked([resource]) as told:
        told.send(Rehearse(Rehearsal.CHIP))
        await told.says(Status(Role.READER, DeviceState.OUT_OF_ORDER, Reason.CRASHED))
        # It is at no USB port: the step was tried, and could not be taken.
        assert told.healed.steps == {(Role.READER, GIVEN_UP): 1}
