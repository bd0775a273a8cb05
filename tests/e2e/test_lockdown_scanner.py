"""A scanner that sends what no document has: keys, escape sequences, codes that set it up.

A reader that is a keyboard could press keys (BadUSB, BadBarcode). A kiosk's is on a serial line:
what it sends comes to the scan that waits for it, and to nothing else.
"""

import os
import tty
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hardware.simulated.swipe_scanner import Make, frame
from hardware.verdicts import CodeVerdict, Rehearsal
from kiosk import advice, visit
from screens import needs, rehearsal
from tests.e2e.attacked import kinds
from tests.e2e.running import CONTENT, FIRST, KIOSK_AT_SITE, begin
from tests.e2e.terminal import Terminal
from tests.processes import alive, child, until
from tests.wire import foreign

TITLE = rehearsal.TITLE[Rehearsal.CODE]
SPECIMEN = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
"""ICAO Doc 9303-4's, which expired in 2012."""
WEDGE = b"1234567890*#\t\r\x11\x03\x1a\x1c\x04"
"""Every key of the kiosk, and those that leave other programs."""
ESCAPES = b"\x1b[A\x1b[200~1\x1b[201~\x1b]52;c;MTIz\x07\x1b[2J\x1bc\x9b31m\x1b[24~\x1b[99;5u"
SCANS = {
    "every byte": bytes(range(256)),
    "every byte, one scan each": b"".join(bytes([2, code, 13, 3]) for code in range(256)),
    "keys": WEDGE,
    "keys in a frame": b"\x02" + WEDGE + b"\x03",
    "escape sequences": ESCAPES + b"\r",
    "escape sequences in a frame": b"\x02" + ESCAPES + b"\r\x03",
    "in a document's name": frame(
        [SPECIMEN[0], SPECIMEN[1]], Make.STX_ETX
    ).replace(b"ANNA", b"\x1b]52;c;AA==\x07"),
    "setting up a Honeywell": b"\x16M\rDEFALT!.\x16M\rTERMID124.\x16M\rPAPHHF!.",
    "setting up a Newland": b"~\x01\x30\x30\x30\x30@INTERF3;\x03;{G1026/HT 1001/MD 0/1}",
    "setting up a Symbol": b"\x7e\xfc\x01\x1e\x20\x04\xff\xff",
    "a web address": b"http://127.0.0.1/?[@click=app.quit]\r",
    "too long": b"A" * 200_000 + b"\r",
    "no text": b"\xff\xfe\x00\x80" * 500 + b"\r",
}  # fmt: skip


@dataclass
class Kiosk:
    """A kiosk with a serial reader of which we hold the other end."""

    terminal: Terminal
    line: int
    app: int
    running: list[str]

    def scans(self, data: bytes) -> None:
        """The reader sends this, as far as anybody reads it."""
        sent = 0
        while sent < len(data):
            try:
                sent += os.write(self.line, data[sent : sent + 1024])
            except BlockingIOError:
                if not self.reads():
                    return

    def reads(self) -> bool:
        """Whether the kiosk takes anything more within a moment."""
        self.terminal.standing_still(0.2)
        try:
            return os.write(self.line, b"\r") == 1
        except BlockingIOError:
            return False


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    line, other_end = os.openpty()
    tty.setraw(other_end)
    os.set_blocking(line, False)
    settings = tmp_path_factory.mktemp("site") / "kiosk.toml"
    settings.write_text(
        "[input]\ndebounce_seconds = 0\n[devices.scanner]\ndriver = 'serial-swipe'\n"
        f"address = '{os.ttyname(other_end)}?reader=listening'\n"
    )
    with Terminal([*KIOSK_AT_SITE, "--no-sound", "--config", str(settings)]) as terminal:
        terminal.wait_for(FIRST)
        begin(terminal)
        app = child(terminal.process.pid, "-m screens")
        assert app
        until(lambda: child(app, "hardware.host") is not None, "a device host runs")
        yield Kiosk(terminal, line, app, kinds(terminal.process.pid))
    os.close(line)
    os.close(other_end)


def test_while_nobody_scans_nothing_comes_of_it(kiosk: Kiosk) -> None:
    before = kiosk.terminal.standing_still(0.3)
    for name, data in SCANS.items():
        kiosk.scans(data[:4000])
        assert kiosk.terminal.standing_still(0.2) == before, name
    assert alive(kiosk.app)
    assert kinds(kiosk.terminal.process.pid) == kiosk.running


def test_only_the_scan_sees_what_a_scanner_sends(kiosk: Kiosk) -> None:
    terminal = kiosk.terminal
    terminal.press("1")
    terminal.wait_until(lambda screen: "7  " in screen, "a way to choose directly")
    terminal.press("7")
    terminal.wait_for(CONTENT.questions[visit.DIRECT].text)
    terminal.press("1")
    terminal.wait_for(needs.WHAT_YOU_NEED)
    terminal.press("3")
    terminal.wait_for(needs.TRY_WHICH)
    terminal.press("1")
    terminal.wait_for(TITLE)
    for name, data in SCANS.items():
        kiosk.scans(data)
        screen = " ".join(terminal.standing_still(0.4).split())
        assert TITLE in screen, f"{name}: a key was pressed\n{screen}"
        assert alive(kiosk.app), name
    # It reads documents as before.
    kiosk.scans(frame(SPECIMEN))
    found = advice.CODE[CodeVerdict.EXPIRED].found
    terminal.wait_for(found)
    terminal.standing_still(0.3)
    assert foreign(terminal.written.decode()) == set()
    assert b"\x1b]52" not in terminal.written
    assert kinds(terminal.process.pid) == kiosk.running
