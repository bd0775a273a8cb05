"""The check from end to end: a specimen document through all three rehearsals.

In a real device host, on the devices of a simulated machine on which all is right at once: what is
tested is this program on this computer, whatever is plugged in.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from hardware.face import models
from hardware.link import Link
from hardware.messages import (
    ChipFound,
    CodeFound,
    FaceCoached,
    FrameShown,
    FromHost,
    PreviewFrame,
    Rehearse,
    Status,
    Stop,
)
from hardware.simulated import machine
from hardware.verdicts import ChipVerdict, CodeVerdict, DeviceState, FaceHint, Rehearsal
from kiosk.places import shipped
from kiosk.selftest.check import Check, Given, Outcome, Phase, State
from kiosk.selftest.results import Figures

TIMEOUT = 90.0
WITHIN = 25.0
"""Seconds for one of them; on a machine at rest each takes one to four."""
COLUMNS, ROWS = 40, 16
"""Cells of the preview: a small one."""

RIGHT: dict[Rehearsal, Callable[[FromHost], bool]] = {
    Rehearsal.CODE: lambda said: isinstance(said, CodeFound) and said.verdict is CodeVerdict.GOOD,
    Rehearsal.CHIP: lambda said: isinstance(said, ChipFound) and said.verdict is ChipVerdict.WORKS,
    Rehearsal.FACE: lambda said: isinstance(said, FaceCoached) and said.hint is FaceHint.READY,
}
"""What the host must have said for a rehearsal to be right."""

MACHINE = "quick"


def rehearse_all(file: Path, wanted: tuple[Rehearsal, ...], within: float = WITHIN) -> Outcome:
    """How these rehearsals end on a simulated machine, one after the other as in a visit."""
    with machine.start(file) as running:
        return asyncio.run(_rehearse(running, wanted, within))


async def _rehearse(
    running: machine.Running, wanted: tuple[Rehearsal, ...], within: float
) -> Outcome:
    heard: asyncio.Queue[FromHost] = asyncio.Queue()
    link = Link(running.devices, heard.put_nowait, running.trust)
    figures: Figures = {}
    await link.renew()
    try:
        for rehearsal in wanted:
            began = time.monotonic()
            last = "nothing was said of it"
            link.send(Rehearse(rehearsal, COLUMNS, ROWS))
            try:
                async with asyncio.timeout(within):
                    while not RIGHT[rehearsal](said := await heard.get()):
                        if isinstance(said, PreviewFrame):
                            link.send(FrameShown(said.sequence))
                        last = _told(said) or last
            except TimeoutError:
                message = f"the rehearsal of the {rehearsal} did not end well: {last}"
                return Outcome(State.FAIL, message, figures)
            link.send(Stop())
            figures[f"{rehearsal}_ms"] = round(1000 * (time.monotonic() - began))
    finally:
        await link.close()
    names = ", ".join(rehearsal.value for rehearsal in wanted)
    return Outcome(State.PASS, f"a specimen document was rehearsed: {names}", figures)


def _told(said: FromHost) -> str:
    """What the host last said of a rehearsal, for the technician: enums alone."""
    match said:
        case CodeFound() | ChipFound():
            return said.verdict.value
        case FaceCoached():
            return said.hint.value
        case Status(reason=reason) if reason is not None:
            return f"{said.state.value}, {reason.value}"
        case Status() if said.state is not DeviceState.OPENING:
            return said.state.value
    return ""


def _rehearsals(given: Given) -> Outcome:
    file = shipped() / "machines" / f"{MACHINE}.toml"
    if models.installed():
        return rehearse_all(file, tuple(Rehearsal))
    done = rehearse_all(file, (Rehearsal.CODE, Rehearsal.CHIP))
    if done.state is not State.PASS:
        return done
    lacks = "the face was not: its networks are not installed"
    return Outcome(State.WARN, f"{done.message}; {lacks}", done.data)


CHECKS = (Check("rehearsals", Phase.END_TO_END, _rehearsals, TIMEOUT),)
