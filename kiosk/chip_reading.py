"""`kiosk chip read`: one chip on one reader, read and checked, for technicians and tests."""

import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from hardware import drivers
from hardware.chip_link import LinkError, NoChipError
from hardware.chip_rehearsal import reader_verdict
from hardware.drivers import Reader
from hardware.emrtd import lds
from hardware.emrtd.access_keys import AccessKey, CanKey, MrzKey
from hardware.emrtd.errors import ChipError
from hardware.emrtd.inspection import Inspection, Result
from hardware.errors import HardwareError
from hardware.mrz.parsing import MalformedCodeError, parse
from hardware.readers import uris
from hardware.resources import Resource
from hardware.verdicts import CheckOutcome, CheckReason, ChipCheck, ChipPhase, ChipVerdict, Role
from kiosk import settings
from kiosk.places import Folders

OPEN_TIMEOUT = 4.0
CARD_TIMEOUT = 30.0
"""Seconds for one chip from the first command to the last."""
LOOK = 0.5
"""Seconds for one look whether a chip is there."""

URI_FORMS = "pcsc:, pcsc:NAME, nfcpy:usb, nfcpy:tty:NAME:DRIVER and nfcpy:udp:HOST:PORT"

ISO_DATE = re.compile(r"[0-9]{2}([0-9]{2})-([0-9]{2})-([0-9]{2})")


class BadInputError(ValueError):
    """What was given is no code; the text is one line that says why."""


def key_of_lines(lines: tuple[str, ...]) -> MrzKey:
    """The key in the two or three lines of a code, whose check digits must be right.

    Raises `BadInputError`, and `BadKeyError` where the code holds no key.
    """
    try:
        document = parse(lines)
    except MalformedCodeError as error:
        raise BadInputError(error.problem) from error
    wrong = [name.replace("_", " ") for name, right in document.checks.items() if not right]
    if wrong:
        raise BadInputError(f"a check digit of the code is wrong: {', '.join(wrong)}")
    return MrzKey.of_document(document)


def key_of_fields(number: str, birth: str, expiry: str) -> MrzKey:
    """The key from a number and two dates, as YYMMDD or YYYY-MM-DD; raises `BadKeyError`."""
    return MrzKey.of(number, ISO_DATE.sub(r"\1\2\3", birth), ISO_DATE.sub(r"\1\2\3", expiry))


def access_key(
    code: tuple[str, ...] | None, fields: tuple[str, str, str] | None, can: str | None
) -> AccessKey:
    """The key from the one of these that is not None; raises `BadInputError`, `BadKeyError`."""
    if code is not None:
        return key_of_lines(code)
    if fields is not None:
        return key_of_fields(*fields)
    return CanKey.of(can or "")


def reader(uri: str | None, folders: Folders) -> Resource:
    """The reader of this URI; None: that of the settings, else the first of PC/SC.

    Raises `BadInputError`, `ConfigError`.
    """
    if uri is not None:
        try:
            return uris.reader(uri)
        except HardwareError as error:
            raise BadInputError(f"'{uri}' names no reader; the forms are {URI_FORMS}") from error
    named = settings.load(folders).devices.reader
    return Resource(Role.READER, named.driver, named.address) if named else uris.reader("pcsc:")


@dataclass(frozen=True)
class Read:
    """What one look for a chip led to: the result, how long it took (ms), and DG2 where asked."""

    result: Result
    ms: int
    portrait: bytes | None = None


NOTHING_READ = dict.fromkeys(ChipCheck, (CheckOutcome.NOT_DONE, CheckReason.NOT_READ))


def read_chip(
    resource: Resource,
    inspection: Inspection,
    wait: float,
    waiting: Callable[[], None] = lambda: None,
) -> Read:
    """Waits `wait` seconds for a chip on this reader, and reads it.

    `waiting` is called once when there is none yet. A document that is taken away may come back
    within the same time. What the reader itself lacks is a result, too.
    """
    began = time.monotonic()
    try:
        with drivers.opened(resource, OPEN_TIMEOUT) as driver:
            result = _read(cast("Reader", driver), inspection, began + wait, waiting)
    except HardwareError as failure:
        result = _no_result(reader_verdict(failure.reason))
    return Read(result, round((time.monotonic() - began) * 1000), inspection.portrait)


def _read(
    reader: Reader, inspection: Inspection, until: float, waiting: Callable[[], None]
) -> Result:
    result = None
    told = False
    while True:
        try:
            link = reader.connect(LOOK, lambda: False)
        except NoChipError as nothing:
            result = result or _no_result(nothing.verdict)
            if nothing.verdict is not ChipVerdict.NONE or time.monotonic() >= until:
                return (
                    result if nothing.verdict is ChipVerdict.NONE else _no_result(nothing.verdict)
                )
            if not told:
                waiting()
                told = True
        except LinkError:
            result = result or _no_result(ChipVerdict.REMOVED)
        else:
            with closing(link):
                result = inspection.run(link, CARD_TIMEOUT)
            if result.verdict is not ChipVerdict.REMOVED:
                return result
        if time.monotonic() >= until:
            return result


def _no_result(verdict: ChipVerdict) -> Result:
    return Result(verdict, ChipPhase.CONNECTING, "", dict(NOTHING_READ), "", None, 0, 0)


def write_portrait(read: Read, file: Path) -> None:
    """Writes the picture in DG2, JPEG or JPEG 2000, for its owner alone; raises `BadInputError`."""
    if read.portrait is None:
        raise BadInputError("the chip's picture was not read")
    try:
        picture, _ = lds.portrait(read.portrait)
    except ChipError as malformed:
        raise BadInputError("the chip's picture is in no form that is known") from malformed
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(picture)
    except OSError as error:
        raise BadInputError(f"{file}: {error.strerror}") from error


def as_row(read: Read) -> dict[str, object]:
    """The result as JSON has it.

    Keys: status ("ok" when the chip was opened and its DG1 read, else "failed"), access, outcome,
    phase, checks ("passed", "failed", "not_done"), reasons (why, where not passed), country,
    tries_left, apdus, bytes, ms.
    """
    result = read.result
    opened = bool(result.access) and result.checks[ChipCheck.NOT_EXPIRED][1] is not (
        CheckReason.NOT_READ
    )
    return {
        "status": "ok" if opened else "failed",
        "access": result.access or None,
        "outcome": result.verdict.value,
        "phase": result.phase.value,
        "checks": {check.value: outcome.value for check, (outcome, _) in result.checks.items()},
        "reasons": {
            check.value: reason.value
            for check, (outcome, reason) in result.checks.items()
            if outcome is not CheckOutcome.PASSED
        },
        "country": result.country or None,
        "tries_left": result.tries_left,
        "apdus": result.commands,
        "bytes": result.bytes_moved,
        "ms": read.ms,
    }


def as_text(row: dict[str, object], sentences: Sequence[str]) -> str:
    """The same for people: what it means in sentences, then every check."""
    lines = [*sentences, ""]
    for name in ("status", "outcome", "access", "country", "tries_left", "apdus", "bytes", "ms"):
        value = row[name]
        lines.append(f"{name.replace('_', ' '):24}{'–' if value is None else value}")
    found, reasons = row["checks"], row["reasons"]
    assert isinstance(found, dict)
    assert isinstance(reasons, dict)
    for check, outcome in found.items():
        why = f" ({reasons[check].replace('-', ' ')})" if check in reasons else ""
        lines.append(f"{check.replace('_', ' '):24}{outcome.replace('_', ' ')}{why}")
    return "\n".join(lines)
