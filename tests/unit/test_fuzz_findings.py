"""What the fuzzers have found stays mended: the input of each finding, or a small one like it."""

import base64
import gzip
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from hardware import recording
from hardware.face.tracking import _tiles
from hardware.opencv import cv2
from hardware.pictures import PictureError, Problem, decode
from hardware.simulated import machine
from kiosk import last_good
from kiosk.appliance.looking import look
from kiosk.appliance.machine import Machine
from kiosk.fleet import audit, certificates, statistics
from kiosk.fleet.audit import Audit, AuditError
from kiosk.fleet.certificates import Authority, BadFileError, Pair
from kiosk.fleet.outbox import Outbox
from kiosk.fleet.statistics_store import StoreError
from kiosk.language import Language
from kiosk.packs import PackError, compile_catalogue
from kiosk.places import Folders
from kiosk.reading import ConfigError, read_table
from kiosk.selftest import last, running
from kiosk.selftest.results import State
from kiosk.staff import out_of_order, wrong_pins
from tests.fuzz.languages import _HEAD as HEAD

DEEP = 100_000
HUGE = b"9" * 5000
"""A number that Python does not turn into one (PEP 706's limit of 4,300 digits)."""


@pytest.mark.parametrize(
    "text",
    [b"a = " + HUGE, b"a = " + b"[" * DEEP, b"a = '\xff'"],
    ids=["a huge number", "too deep", "no UTF-8"],
)
def test_a_file_of_settings_that_cannot_be_read_is_a_fault_and_no_crash(
    tmp_path: Path, text: bytes
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_bytes(text)
    with pytest.raises(ConfigError, match=r"kiosk\.toml: is not TOML"):
        read_table(file)
    with pytest.raises(machine.MachineError):
        machine.load(file)


BROKEN = {
    "no UTF-8": lambda key: b'{"%s":"\xff"}' % key,
    "too deep in what is not known": lambda key: b'{"x":' + b"[" * DEEP + b',"%s":"a"}' % key,
    "too deep": lambda key: b'{"%s":' % key + b"[" * DEEP,
    "a huge number": lambda key: b'{"%s":' % key + HUGE + b"}",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_was_kept_and_is_broken_is_as_if_it_were_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    (tmp_path / last.NAME).write_bytes(broken(b"run"))
    assert last.load() is None
    (tmp_path / last.NAME).write_bytes(b'{"run":null,"passed":{"\xff":"2026-11-01T12:00:00Z"}}')
    assert last.load() is None
    (tmp_path / out_of_order.NAME).write_bytes(broken(b"why"))
    assert out_of_order.load() is None
    (tmp_path / "last-good").mkdir()
    (tmp_path / "last-good" / "kept.json").write_bytes(broken(b"source"))
    assert last_good.find(tmp_path / "kiosk.toml") is None
    (tmp_path / wrong_pins.NAME).write_bytes(broken(b"at"))
    # As if the free ones had been used up just now: a broken file lets nobody guess on.
    assert wrong_pins.WrongPins(now=lambda: 1e9).left() == wrong_pins.SHORTEST
    assert running.answered(broken(b"message")).state is State.ERROR


def test_a_packed_recording_that_is_damaged_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "made.jsonl.gz"
    whole = bytearray(gzip.compress(b"{}\n" * 500))
    whole[12] ^= 0xFF
    file.write_bytes(whole)
    with pytest.raises(recording.BadRecordingError):
        recording.load(file)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_portable_float_map_is_no_picture_where_it_is_not_what_was_asked_for(
    channels: int,
) -> None:
    shape = (4, 6) if channels == 1 else (4, 6, 3)
    done, data = cv2.imencode(".pfm", np.zeros(shape, np.float32))
    assert done
    with pytest.raises(PictureError) as refused:
        decode(data.tobytes(), colour=channels == 1)
    assert refused.value.problem is Problem.NO_PICTURE


@pytest.fixture(scope="module")
def pair() -> Pair:
    return Authority(certificates.new_authority("Kiosks")).client("lyngby/kiosk-1", 30)


def _altered(pem: bytes, before: bytes, after: bytes) -> bytes:
    """The PEM with some of its DER replaced by as many other bytes."""
    lines = pem.strip().splitlines()
    der = base64.b64decode(b"".join(lines[1:-1]))
    assert before in der
    assert len(before) == len(after)
    altered = base64.encodebytes(der.replace(before, after, 1))
    return b"\n".join([lines[0], altered.strip(), lines[-1], b""])


P_256, EC = bytes.fromhex("06082A8648CE3D030107"), bytes.fromhex("06072A8648CE3D0201")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (bytes.fromhex("A003020102"), bytes.fromhex("A003020106")),
        (b"lyngby", b"\xff\xfeyngb"),
        (P_256, P_256[:-1] + b"\x7f"),
        (EC, EC[:-1] + b"\x7f"),
    ],
    ids=["no such version", "a name that is no text", "no such curve", "no such kind of key"],
)
def test_a_certificate_that_cannot_be_used_is_refused_at_once(
    pair: Pair, before: bytes, after: bytes
) -> None:
    with pytest.raises(BadFileError):
        certificates.certificate_of(_altered(pair.certificate, before, after))


@pytest.mark.parametrize("oid", [P_256, EC], ids=["no such curve", "no such kind of key"])
def test_a_key_of_a_kind_that_nobody_knows_is_refused(pair: Pair, oid: bytes) -> None:
    altered = _altered(pair.key, oid, oid[:-1] + b"\x7f")
    for ask in (certificates.key_of, certificates.public_half):
        with pytest.raises(BadFileError):
            ask(altered)


def _language(folder: Path, compiled: bytes) -> Language:
    pack = folder / "languages" / "sv"
    (pack / "LC_MESSAGES").mkdir(parents=True)
    (pack / "language.toml").write_text('name = "Svenska"\n', encoding="utf-8")
    (pack / "LC_MESSAGES" / "kiosk.mo").write_bytes(compiled)
    return Language("sv", Folders(folder / "kiosk.toml"), {})


def _compiled(**sentences: str) -> bytes:
    catalogue, made = Catalog(locale="sv", charset="utf-8"), io.BytesIO()
    catalogue.add("Open now, until {time}", sentences["told"])
    write_mo(made, catalogue)
    return made.getvalue()


@pytest.mark.parametrize(
    "told",
    ["till {tme}", "till {time", "till time}", "{}", "{0}", "{time.real}", "{time[0]}",
     "{time:>99999999}", "{time!r}", "{{time}}"],
)  # fmt: skip
def test_a_sentence_that_takes_other_values_is_said_in_english(tmp_path: Path, told: str) -> None:
    language = _language(tmp_path, _compiled(told=told))
    assert language.say("Open now, until {time}", time="20:00") == "Open now, until 20:00"


def test_a_sentence_that_takes_its_values_or_fewer_is_said(tmp_path: Path) -> None:
    language = _language(tmp_path, _compiled(told="till {time}, {time}"))
    assert language.say("Open now, until {time}", time="{x}") == "till {x}, {x}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"charset=utf-8", b"charset=utf-9"),
        (b"plural=(n != 1)", b"plural=(n % 00)"),
        (b"nplurals=2; plural", b"nplurals=2, plural"),
    ],
)
def test_a_compiled_catalogue_with_a_wrong_head_is_told(
    tmp_path: Path, before: bytes, after: bytes
) -> None:
    whole = _compiled(told="till {time}")
    assert before in whole
    with pytest.raises(ConfigError, match="languages/sv"):
        _language(tmp_path, whole.replace(before, after))


def test_a_catalogue_in_letters_that_nobody_knows_is_not_compiled(tmp_path: Path) -> None:
    file = tmp_path / "sv" / "LC_MESSAGES" / "kiosk.po"
    file.parent.mkdir(parents=True)
    file.write_text(HEAD.replace("charset=utf-8", "charset=utf-9"), encoding="utf-8")
    with pytest.raises(PackError):
        compile_catalogue(file)
    assert not file.with_suffix(".mo").exists()


def test_the_inputs_are_such_as_break_the_libraries() -> None:
    """Else what stands above would hold whether or not it was mended."""
    with pytest.raises(RecursionError):
        json.loads("[" * DEEP)
    with pytest.raises(UnicodeDecodeError):
        msgspec.json.decode(BROKEN["no UTF-8"](b"a"), type=dict[str, str])


def test_a_key_that_openssl_takes_for_one_and_cannot_read_is_refused() -> None:
    """One of X448 that is as short as one of Ed25519: the library calls that an internal error."""
    der = bytes.fromhex("302E020100300506032B656F04220420") + bytes(range(32))
    pem = b"-----BEGIN PRIVATE KEY-----\n%s-----END PRIVATE KEY-----\n" % base64.encodebytes(der)
    for ask in (certificates.key_of, certificates.public_half):
        with pytest.raises(BadFileError):
            ask(pem)


def _damaged(file: Path, sql: str, before: bytes, after: bytes) -> Path:
    """A file of SQLite in which some bytes of its form are others."""
    with closing(sqlite3.connect(file)) as store:
        store.executescript(sql)
    content = file.read_bytes()
    assert before in content
    file.write_bytes(content.replace(before, after))
    return file


def test_a_damaged_audit_whose_fault_cannot_be_told_in_letters_is_no_audit(tmp_path: Path) -> None:
    file = _damaged(
        tmp_path / "audit.sqlite", "CREATE TABLE audit (row); CREATE VIEW anchor AS SELECT 1",
        b"VIEW", b"V\xbb\xbbW",
    )  # fmt: skip
    for ask in (audit.rows, audit.verify, audit.last):
        with pytest.raises(AuditError):
            ask(file)
    with pytest.raises(AuditError):
        Audit(file).head()


def test_a_damaged_outbox_whose_fault_cannot_be_told_in_letters_is_put_aside(
    tmp_path: Path,
) -> None:
    file = _damaged(
        tmp_path / "outbox.sqlite", "CREATE TABLE a (b); CREATE VIEW c AS SELECT 1",
        b"VIEW", b"V\xbb\xbbW",
    )  # fmt: skip
    with closing(Outbox(file)) as box:
        box.put(b"{}")
        assert len(box) == 1
    assert file.with_suffix(".damaged").exists()


def test_what_is_no_message_in_an_outbox_is_not_told(tmp_path: Path) -> None:
    file = tmp_path / "outbox.sqlite"
    with closing(Outbox(file)) as box:
        box.put(b"first")
        with closing(sqlite3.connect(file)) as store, store:
            store.execute("INSERT INTO waiting (at, payload) SELECT at, 'text' FROM waiting")
            store.execute("INSERT INTO waiting (at, payload) SELECT at, 7 FROM waiting LIMIT 1")
        box.put(b"last")
        assert [payload for _, payload in box.first()] == [b"first", b"last"]
        assert len(box) == 2


def test_a_row_of_an_outbox_that_is_no_message_and_cannot_be_deleted_is_not_told(
    tmp_path: Path,
) -> None:
    file = tmp_path / "outbox.sqlite"
    with closing(Outbox(file)) as box:
        box.put(b"first")
        with closing(sqlite3.connect(file)) as store, store:
            store.execute("INSERT INTO waiting (at, payload) SELECT at, 'text' FROM waiting")
            store.execute(
                "CREATE TRIGGER stays BEFORE DELETE ON waiting BEGIN SELECT RAISE(IGNORE); END"
            )
        box.put(b"last")
        assert [payload for _, payload in box.first()] == [b"first", b"last"]


@pytest.mark.parametrize("slot", ["'app'", "99999", "NULL", "1.5", "-2"])
def test_statistics_that_hold_what_is_no_count_are_refused(tmp_path: Path, slot: str) -> None:
    file = tmp_path / "statistics.sqlite"
    with closing(sqlite3.connect(file)) as store, store:
        store.execute("CREATE TABLE counts (day, centre, type, situation, step, detail, slot, n)")
        store.execute("CREATE TABLE counted (boot, ranges, day)")
        store.execute(
            "INSERT INTO counts VALUES"
            f" ('2026-11-01', 'lyngby', 'visit-ended', 'app', '', 'finished', {slot}, 9)"
        )
    with pytest.raises(StoreError):
        statistics.read(file, days=3, now=datetime(2026, 11, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize("shape", [(2, 700, 3), (700, 2, 3), (1, 1, 3), (100, 100_000, 3)])
def test_a_picture_that_is_a_mere_stripe_is_looked_at_as_a_whole(shape: tuple[int, ...]) -> None:
    """As the fuzzer found it: such a picture was cut into thousands of squares."""
    assert len(_tiles(*shape[:2])) <= 40


def test_an_empty_line_among_the_swap_files_crashes_no_look_at_a_machine(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "swaps").write_text("Filename Type Size\n\n \n/swap file 1\n")
    found = {finding.id: finding for finding in look(Machine(tmp_path))}
    assert "swap is on: /swap" in found["memory.swap"].message
    assert [finding for finding in found.values() if finding.state is State.ERROR] == []


def test_a_picture_of_a_camera_is_still_looked_at_in_squares() -> None:
    assert len(_tiles(480, 640)) >= 4
    assert len(_tiles(480, 1920)) >= 4
