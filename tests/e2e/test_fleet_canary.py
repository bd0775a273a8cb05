"""Nothing of a citizen leaves the device host: not to the broker, not to any file or log.

In a visit a document is scanned of which every word is known, its chip is read, the desk is called
and helps; then the kiosk tests itself. What is known is looked for in every byte that was published
and in every file that was written, as it is and in the codes in which it could be hidden.
"""

import asyncio
import base64
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from hardware.mrz.parsing import parse
from hardware.simulated.machine import lines_of, load
from hardware.verdicts import ChipVerdict, CodeVerdict
from kiosk import advice
from kiosk.fleet import mqtt
from kiosk.fleet.reports import Happened
from kiosk.fleet.topics import Leaf, Place
from kiosk.places import shipped
from screens import attract, needs, staff, wiped
from screens.operator import one_kiosk, words
from tests.brokers import Broker, broker
from tests.e2e.at_desk import (
    PROGRAM,
    console_terminal,
    environment,
    into_situation,
    kiosk_site,
    kiosk_terminal,
)
from tests.processes import LONG

PLACE = Place("lyngby", "kiosk-1")
CPR = "0101901234"
"""Typed by somebody who takes the kiosk for something that asks for it; of nobody."""


def _needles() -> list[str]:
    """Everything personal that this visit brings to the kiosk."""
    machine = load(shipped() / "machines" / "quick.toml")
    assert machine.scanner is not None
    lines = lines_of(machine.scanner, date.today())
    document = parse(lines)
    birth = document.birth_date
    given = document.given_names
    words = [*lines, document.surname, given, given.replace(" ", "<"), document.number]
    words += [lines[1][13:21], lines[1][28:37]]  # birth, its check digit and sex; personal number
    words += [f"19{birth[:2]}-{birth[2:4]}-{birth[4:]}", f"{birth[4:]}.{birth[2:4]}.19{birth[:2]}"]
    words += [CPR, f"{CPR[:6]}-{CPR[6:]}"]
    assert all(len(word) >= 8 for word in words), words
    return words


def _hidden(needle: str) -> Iterator[bytes]:
    """The needle as it is and in the codes in which it could be hidden, in lower case."""
    for text in {needle, needle[::-1]}:
        raw = text.encode()
        yield raw.lower()
        for plain in {raw, raw.lower(), raw.upper()}:
            yield plain.hex().encode()
            for before in range(3):  # base64 of a text depends on where in three bytes it begins
                coded = base64.b64encode(b"\0" * before + plain)
                whole = coded[[0, 2, 3][before] : len(coded) // 4 * 4 - 4]
                yield whole.lower()
                yield whole.replace(b"+", b"-").replace(b"/", b"_").lower()
        for wide in ("utf-16-le", "utf-16-be"):
            yield text.lower().encode(wide)


def _found(needles: list[str], places: dict[str, bytes]) -> list[tuple[str, str]]:
    """Which needle lies where."""
    hits = []
    lower = {name: data.lower() for name, data in places.items()}
    for needle in needles:
        codes = set(_hidden(needle))
        hits += [(needle, name) for name, data in lower.items() if any(c in data for c in codes)]
    return hits


@contextmanager
def _everything(real: Broker, heard: list[tuple[str, bytes]]) -> Iterator[None]:
    """Hears every topic there is, by a certificate that this broker lets read all of them."""
    ready, stop = threading.Event(), threading.Event()

    async def listen() -> None:
        async with mqtt.connected(real.for_operator("eve"), None, ["#"]) as port:

            async def read() -> None:
                async for message in port.messages():
                    heard.append((message.topic, message.payload))

            reading = asyncio.create_task(read())
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.05)
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading

    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    try:
        assert ready.wait(LONG)
        yield
    finally:
        stop.set()
        thread.join(LONG)


def test_the_search_finds_what_is_hidden() -> None:
    for hide in (
        lambda raw: raw,
        lambda raw: raw[::-1],
        lambda raw: raw.hex().encode(),
        base64.b64encode,
        lambda raw: base64.urlsafe_b64encode(b"x" + raw),
        lambda raw: base64.b64encode(b"xy" + raw),
        lambda raw: raw.decode().encode("utf-16-le"),
    ):
        for needle in _needles():
            hidden = b'{"v":1,"more":"' + hide(needle.encode()) + b'"}'
            assert (needle, "here") in _found([needle], {"here": hidden}), (hide, needle)
    assert not _found(_needles(), {"here": b'{"step":"scan-chip","n":10,"chip":"works"}' * 1000})


def test_nothing_of_a_citizen_is_published_or_written(tmp_path: Path) -> None:
    needles = _needles()
    heard: list[tuple[str, bytes]] = []
    people = {"bo": ("clerk", ["lyngby"]), "eve": ("viewer", ["*"])}
    with broker(tmp_path / "b", {"lyngby": ["kiosk-1"]}, people) as real:
        with (real.folder / "broker" / "acl").open("a") as access:
            access.write("\nuser staff/eve\ntopic read #\n")
        os.kill(real.pid, signal.SIGHUP)
        settings = kiosk_site(tmp_path / "kiosk", real, PLACE)
        log, metrics = tmp_path / "kiosk" / "kiosk.log", tmp_path / "kiosk" / "kiosk.prom"
        with (
            _everything(real, heard),
            kiosk_terminal(settings, "--log", str(log)) as kiosk,
            console_terminal(tmp_path / "desk", real.operator_folder("bo")) as console,
        ):
            kiosk.wait_for(attract.TITLE)
            console.wait_for("kiosk-1")
            into_situation(kiosk)
            kiosk.press("3")
            kiosk.wait_for(needs.TRY_WHICH)
            kiosk.press("1")
            kiosk.wait_for(advice.CODE[CodeVerdict.GOOD].found)
            kiosk.press("1")
            kiosk.wait_for(needs.TRY_WHICH)
            kiosk.press("2")
            kiosk.wait_for(advice.CHIP[ChipVerdict.WORKS].found.split(".")[0])  # beside a drawing
            kiosk.press("1")
            kiosk.wait_for(needs.TRY_WHICH)
            kiosk.press("#")
            kiosk.wait_for(staff.COMING)
            console.wait_for("Calls for help")
            console.press("1")
            console.wait_for(one_kiosk.ANSWER)
            console.press("1")
            kiosk.wait_for(staff.HELPING.format(name="bo"))
            console.press("7")
            console.wait_for(one_kiosk.SURE_END)
            console.press("1")
            kiosk.wait_for(wiped.ERASED)
            kiosk.wait_for(attract.TITLE)
            console.wait_for(words.DONE.format(kiosk=PLACE, deed=one_kiosk.ENDED))
            kiosk.press(CPR)
            kiosk.standing_still()
            subprocess.run(
                [PROGRAM, "selftest", "--config", settings, "--simulate", "quick",
                 "--format", "prometheus", "--output", metrics],
                env={**os.environ, **environment(settings.parent)}, check=False, timeout=120,
                capture_output=True,
            )  # fmt: skip
        published = b"\n".join(topic.encode() + b" " + payload for topic, payload in heard)
        places = {"published": published, "broker's log": real.log.encode()}
    for folder in (tmp_path / "kiosk", tmp_path / "desk"):
        for file in folder.rglob("*"):
            if file.is_file() and "fleet" not in file.relative_to(folder).parts[:1]:
                places[str(file.relative_to(tmp_path))] = file.read_bytes()

    # What was to be told was told, so that there was something to look through.
    leaves = {topic.rpartition("/")[2] for topic, _ in heard if topic.startswith("kiosk/")}
    assert leaves >= {Leaf.STATE, Leaf.STEP, Leaf.HELP, Leaf.AUDIT, Leaf.EVENT, Leaf.ACK, "cmd"}
    assert f'"code":"{CodeVerdict.GOOD}"'.encode() in published
    assert f'"chip":"{ChipVerdict.WORKS}"'.encode() in published
    assert Happened.VISIT_ENDED.encode() in published
    for written in ("state/outbox.sqlite", "state/audit.sqlite", "kiosk.log", "kiosk.prom"):
        assert f"kiosk/{written}" in places, sorted(places)
    hits = _found(needles, places)
    size = sum(map(len, places.values()))
    print(f"{len(needles)} needles, {len(places)} places of {size} bytes, "
          f"{len(heard)} messages published: {len(hits)} hits")  # fmt: skip
    assert hits == []
