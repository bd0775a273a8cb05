"""A centre to look at: Mosquitto, three simulated kiosks and a clerk's console, in tmux.

`make demo-fleet`. Everything lies in a folder that is removed at the end, and nothing is reached
from outside. Needs Debian's mosquitto and tmux.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from kiosk.fleet.broker_files import Listening
from kiosk.fleet.commands import Rank
from kiosk.fleet.enrolment import Operator, Site, enrol
from kiosk.staff.pin import hashed

HOST = "127.0.0.1"
CENTRE = "lyngby"
MACHINES = {"kiosk-1": "specimen", "kiosk-2": "chip-wrong-key", "kiosk-3": "camera-unplugged"}
"""Each kiosk and the machine of config/machines that is simulated there."""
PIN = "258036"
"""Of the menu for staff, `#` and then `7`: for looking at it, here alone."""
TMUX = ["tmux", "-L", "kiosk-demo", "-f", "/dev/null"]
KIOSK = str(Path(sys.executable).with_name("kiosk"))
STATUS = " Ctrl+B, then 0: console, 1 to 3: kiosks, d: end "


def main() -> None:
    """Starts everything, shows it until somebody leaves, and takes it away again."""
    mosquitto = _program("mosquitto")
    _program("tmux")
    if not sys.stdin.isatty():
        sys.exit("demo-fleet: needs a terminal")
    with ExitStack() as at_end:
        folder = Path(at_end.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-demo-")))
        site = Site(
            host=HOST,
            centres={CENTRE: tuple(MACHINES)},
            operators={"anna": Operator(Rank.SUPERVISOR, (CENTRE,))},
            port=_free_port(),
        )
        enrol(site, folder, Listening(site.port, HOST, f"{folder}/"))
        broker = _broker(mosquitto, folder)
        at_end.callback(broker.wait)
        at_end.callback(broker.terminate)
        _wait_for(site.port, broker)
        at_end.callback(subprocess.run, [*TMUX, "kill-server"], stderr=subprocess.DEVNULL)
        _windows(folder)
        subprocess.run([*TMUX, "attach-session"], check=False)


def _windows(folder: Path) -> None:
    """One for the console, then one a kiosk; closing a kiosk's leaves the others."""
    console = ["--credentials", str(folder / "operators" / "anna"), "--language", "en"]
    state = f"STATE_DIRECTORY={folder / 'console'}"
    # Never smaller than a kiosk must be; a terminal that is gets a part of it.
    size = os.get_terminal_size()
    new = ["new-session", "-d", "-x", str(max(80, size.columns)), "-y", str(max(25, size.lines))]
    _tmux(*new, "-n", "console", "env", state, KIOSK, "operator", *console)
    for option in (("status-left", ""), ("status-right", STATUS), ("status-right-length", "60")):
        _tmux("set-option", "-g", *option)
    for name, machine in MACHINES.items():
        own = folder / "kiosks" / CENTRE / name
        told = (own / "kiosk-fleet.toml").read_text()
        (own / "kiosk.toml").write_text(f'{told}\n[staff]\npin = "{hashed(PIN)}"\n')
        places = [f"STATE_DIRECTORY={own / 'state'}", f"KIOSK_RUNTIME={own / 'run'}"]
        run = ["run", "--config", str(own / "kiosk.toml"), "--simulate", machine, "--allow-quit"]
        _tmux("new-window", "-d", "-n", name, "env", *places, KIOSK, *run)


def _tmux(*told: str) -> None:
    subprocess.run([*TMUX, *told], check=True)


def _broker(mosquitto: str, folder: Path) -> "subprocess.Popen[bytes]":
    conf = folder / "broker" / "mosquitto.conf"
    if os.geteuid() == 0:
        # Else it becomes the user `mosquitto`, who may not read what is in this folder.
        conf.write_text(f"{conf.read_text()}user root\n")
    with (folder / "broker.log").open("wb") as log:
        # In a session of its own: Ctrl+C in the terminal is not meant for it.
        return subprocess.Popen(
            [mosquitto, "-c", conf.name],
            cwd=conf.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_for(port: int, broker: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and broker.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("demo-fleet: the broker does not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        sys.exit(f"demo-fleet: {name} is not installed (apt install {name})")
    return found


if __name__ == "__main__":
    main()
