"""Our PC/SC driver with the real pcscd, and vpcd as its reader, on which chips of ours are laid."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from hardware.chip_link import (
    CancelledError,
    ContactLostError,
    DeadlineError,
    NoChipError,
)
from hardware.drivers import make
from hardware.errors import HardwareError, Reason
from hardware.probing import probe
from hardware.readers.pcsc_reader import PcscLink, PcscReader
from hardware.resources import Resource
from hardware.verdicts import ChipVerdict, DeviceState, Role
from tests.e2e.pcsc_service import HISTORICAL_BYTES, LINES, SLOW
from tests.processes import LONG, until

SOCKET = "PCSCLITE_CSOCK_NAME"
VPCD = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
ALONE = ["unshare", "-nm", "--propagation", "private", "bash", "-c"]
# $0 is a folder that is seen from outside, too: a confined process looks into no other's mounts.
SCRIPT = 'ip link set lo up && mkdir -p /run/pcscd && mount --bind "$0" /run/pcscd && exec "$@"'
COMMAND = bytes.fromhex("00B0000000")


def missing() -> str | None:
    """What is not here to run these tests with."""
    for tool in ("unshare", "ip", "/usr/sbin/pcscd"):
        if shutil.which(tool) is None:
            return tool
    if not VPCD.exists():
        return "vsmartcard-vpcd"
    try:
        import smartcard.scard  # noqa: F401
    except ImportError:
        return "pyscard"
    tried = subprocess.run([*ALONE, SCRIPT, "/tmp", "true"], capture_output=True)
    return "the right to a network of its own" if tried.returncode else None


class Service:
    """The service as the test commands it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        assert process.stdout
        assert process.stdout.readline() == "ready\n"

    def does(self, word: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    lacking = missing()
    if lacking:
        pytest.skip(f"not here: {lacking}")
    folder = tmp_path_factory.mktemp("pcscd")
    process = subprocess.Popen(
        [*ALONE, SCRIPT, str(folder), sys.executable, "-m", "tests.e2e.pcsc_service"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process, pytest.MonkeyPatch.context() as patch:
        try:
            service = Service(process)
            # pcsc-lite reads this once in a process.
            patch.setenv(SOCKET, str(folder / "pcscd.comm"))
            yield service
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(LONG)


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    yield running
    running.does("take")


@pytest.fixture
def reader(service: Service) -> Iterator[PcscReader]:
    opened = PcscReader("Virtual PCD 00 00")
    opened.open(LONG)
    until(lambda: verdict_of(opened) is ChipVerdict.NONE, "nothing lies on the reader")
    yield opened
    opened.close()


def never() -> bool:
    return False


def verdict_of(reader: PcscReader) -> ChipVerdict | None:
    """Why there is no chip; None when there is one."""
    try:
        reader.connect(LONG, never).close()
    except NoChipError as none:
        return none.verdict
    return None


def reason_of(use) -> Reason:
    with pytest.raises(HardwareError) as failure:
        use()
    return failure.value.reason


@contextmanager
def lying(service: Service, reader: PcscReader, chip: str, cancelled=never) -> Iterator[PcscLink]:
    service.does(chip)
    until(lambda: verdict_of(reader) is None, f"{chip} is seen")
    with closing(reader.connect(LONG, cancelled)) as link:
        yield link


def test_a_chip_remembers_until_it_is_connected_anew(service: Service, reader: PcscReader) -> None:
    with lying(service, reader, "counting") as link:
        assert link.abilities.historical_bytes == HISTORICAL_BYTES
        assert link.abilities.atr[:4] == bytes.fromhex("3B848001")
        assert [link.transmit(COMMAND, LONG)[0] for _ in range(3)] == [1, 2, 3]
        link.reconnect(LONG)
        assert link.transmit(COMMAND, LONG) == bytes.fromhex("01B0009000")
    with closing(reader.connect(LONG, never)) as link:
        assert link.transmit(COMMAND, LONG)[0] == 1
    with pytest.raises(ContactLostError):
        link.transmit(COMMAND, LONG)


@pytest.mark.parametrize("chip", ["memory", "contact"])
def test_what_is_no_contactless_chip_of_ours_is_named(
    service: Service, reader: PcscReader, chip: str
) -> None:
    service.does(chip)
    until(lambda: verdict_of(reader) is ChipVerdict.NOT_ISO_DEP, f"{chip} is seen")


@pytest.mark.slow
def test_a_chip_taken_away_amid_a_command_is_lost_and_may_come_back(
    service: Service, reader: PcscReader
) -> None:
    with lying(service, reader, "counting") as link:
        link.transmit(COMMAND, LONG)
        with pytest.raises(ContactLostError):
            link.transmit(b"\x80" + COMMAND[1:], LONG)
        with pytest.raises(ContactLostError):
            link.transmit(COMMAND, LONG)
        until(lambda: not _is_seen(reader), "pcscd sees that it is gone")
        with pytest.raises(ContactLostError):
            link.reconnect(LONG)
        # Where it is used before pcscd has seen it and taken before that, too, pcscd never sees it.
        until(lambda: _is_seen(reader), "pcscd sees that it is back")
        link.reconnect(LONG)
        assert link.transmit(COMMAND, LONG)[0] == 1


def _is_seen(reader: PcscReader) -> bool:
    try:
        reader._find()
    except NoChipError:
        return False
    return True


def test_a_chip_that_was_just_taken_away_is_not_called_mute(
    service: Service, reader: PcscReader
) -> None:
    for _ in range(3):
        with lying(service, reader, "counting"):
            pass
        service.does("take")  # pcscd sees it up to 0.4 s later
        verdict = verdict_of(reader)
        assert verdict is ChipVerdict.NONE


def test_a_chip_that_takes_too_long_is_given_up_in_time(
    service: Service, reader: PcscReader
) -> None:
    with lying(service, reader, "slow") as link:
        began = time.monotonic()
        with pytest.raises(DeadlineError):
            link.transmit(COMMAND, 0.2)
        link.close()
        assert time.monotonic() - began < SLOW
        assert reason_of(lambda: reader.connect(LONG, never)) is Reason.BUSY
    until(lambda: _is_free(reader), "the driver has returned")


def _is_free(reader: PcscReader) -> bool:
    try:
        return verdict_of(reader) is None
    except HardwareError as error:
        if error.reason is not Reason.BUSY:
            raise
        return False


def test_whoever_cancels_waits_for_no_chip(service: Service, reader: PcscReader) -> None:
    wanted = threading.Event()
    with lying(service, reader, "slow", wanted.is_set) as link:
        timer = threading.Timer(0.2, wanted.set)
        timer.start()
        began = time.monotonic()
        with pytest.raises(CancelledError):
            link.transmit(COMMAND, LONG)
        assert time.monotonic() - began < SLOW
        timer.join()
    with pytest.raises(CancelledError):
        reader.connect(LONG, lambda: True)
    until(lambda: _is_free(reader), "the driver has returned")


def test_a_chip_that_another_program_holds_is_busy(service: Service, reader: PcscReader) -> None:
    with lying(service, reader, "counting"):
        assert reason_of(lambda: reader.connect(LONG, never)) is Reason.BUSY
    assert verdict_of(reader) is None


def test_a_service_that_was_started_anew_is_reached_again(
    service: Service, reader: PcscReader
) -> None:
    with lying(service, reader, "counting") as link:
        service.does("stop")
        try:
            assert reason_of(lambda: link.transmit(COMMAND, LONG)) is Reason.SERVICE_DOWN
            assert reason_of(lambda: reader.connect(LONG, never)) is Reason.SERVICE_DOWN
            assert reason_of(lambda: PcscReader("").open(LONG)) is Reason.SERVICE_DOWN
        finally:
            service.does("start")
    assert reason_of(lambda: reader.connect(LONG, never)) is Reason.LOST  # closed by the failure
    reader.open(LONG)
    until(lambda: verdict_of(reader) is None, "the chip is seen again")
    service.does("stop")
    service.does("start")
    until(lambda: verdict_of(reader) is None, "and without that anybody noticed")


def test_probing_knows_it(service: Service) -> None:
    assert isinstance(make(Resource(Role.READER, "pcsc", "")), PcscReader)
    for address, state, reason in (
        ("", DeviceState.READY, None),
        ("Virtual PCD 00 01", DeviceState.READY, None),
        ("Nowhere", DeviceState.OUT_OF_ORDER, Reason.ABSENT),
    ):
        probed = probe(Resource(Role.READER, "pcsc", address), LONG)
        assert (probed.state, probed.reason) == (state, reason)


def test_a_passport_is_read_whole(service: Service, reader: PcscReader) -> None:
    with lying(service, reader, "passport"):
        pass
    done = subprocess.run(
        [
            sys.executable, "-m", "kiosk", "chip", "read", "--reader", "pcsc:Virtual PCD",
            "--mrz", *LINES, "--format", "json",
        ],
        capture_output=True,
        text=True,
        env=os.environ,
        timeout=60,
    )  # fmt: skip
    row = json.loads(done.stdout)
    assert (row["outcome"], row["country"]) == ("works", "DNK"), done.stderr
    assert row["access"].startswith("PACE ")
