"""A real Mosquitto on 127.0.0.1, with TLS and the files of a real enrolment."""

import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.fleet.broker_files import Listening
from kiosk.fleet.commands import Rank
from kiosk.fleet.enrolment import Operator, Site, enrol
from kiosk.fleet.mqtt import Broker as Address
from kiosk.fleet.topics import Place
from tests.processes import LONG, until

HOST = "127.0.0.1"


class Broker:
    """One Mosquitto and the folder that `kiosk fleet enrol` has made for its fleet."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.folder = folder
        self.site = site
        self.url = site.url
        self.data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self.enrol(site)

    @property
    def pid(self) -> int:
        """Of Mosquitto."""
        assert self._process is not None, "the broker is not running"
        return self._process.pid

    @property
    def log(self) -> str:
        """What Mosquitto has said."""
        return (self.folder / "broker.log").read_text(errors="replace")

    def enrol(self, site: Site) -> list[str]:
        """Enrols this site, or once more; the broker reads its files when it is started again."""
        self.site = site
        self.data.mkdir(parents=True, exist_ok=True)
        return enrol(site, self.folder, Listening(site.port, HOST, f"{self.data}/"))

    def kiosk_folder(self, place: Place) -> Path:
        """With kiosk-fleet.toml and the folder `fleet`."""
        return self.folder / "kiosks" / place.centre / place.kiosk

    def operator_folder(self, name: str) -> Path:
        """The folder of an operator's console."""
        return self.folder / "operators" / name

    def for_kiosk(self, place: Place) -> Address:
        """How this kiosk reaches the broker."""
        return self._address(self.kiosk_folder(place) / "fleet", str(place))

    def for_operator(self, name: str) -> Address:
        """How this operator's console reaches the broker."""
        return self._address(self.operator_folder(name), f"staff/{name}")

    def _address(self, folder: Path, client: str) -> Address:
        files = (folder / f"{name}.pem" for name in ("ca", "certificate", "key"))
        return Address(self.url, *files, client)

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        assert self._process is None, "it runs already"
        program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program is not None
        told = (self.folder / "broker" / "mosquitto.conf").read_text()
        if os.geteuid() == 0:
            told += "user root\n"  # else it becomes `mosquitto`, who may not read the key
        (self.folder / "broker" / "tested.conf").write_text(told)
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-c", "tested.conf"],
                cwd=self.folder / "broker",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until(self._answers, f"the broker answers; its log: {self.log[-2000:]}")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the broker has ended: {self.log[-2000:]}"
        folder = self.folder / "broker"
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        try:
            with (
                socket.create_connection((HOST, self.site.port), timeout=1) as plain,
                context.wrap_socket(plain, server_hostname=HOST),
            ):
                return True
        except OSError:
            return False

    def freeze(self) -> None:
        """It answers nobody any more, and its connections stay."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """It dies at once, and saves nothing."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """It ends as a service does, and saves what is retained."""
        self._end(signal.SIGTERM)

    def _end(self, by: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(by)
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(LONG)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(LONG)


@contextmanager
def broker(
    folder: Path,
    centres: Mapping[str, Sequence[str]],
    operators: Mapping[str, tuple[str, Sequence[str]]],
) -> Iterator[Broker]:
    """Mosquitto with these kiosks, and these operators by rank and centres; skips without it."""
    if shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        pytest.skip("Mosquitto is not installed (apt install mosquitto)")
    site = Site(
        host=HOST,
        centres={centre: tuple(kiosks) for centre, kiosks in centres.items()},
        operators={
            name: Operator(Rank(rank), tuple(where)) for name, (rank, where) in operators.items()
        },
        port=_free_port(),
    )
    running = Broker(folder / "fleet", site)
    try:
        running.start()
        yield running
    finally:
        running.kill()


def _free_port() -> int:
    """Below those that Linux gives to connections, among which the next process would find it."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                return port
