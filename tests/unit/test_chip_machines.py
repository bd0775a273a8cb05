"""Every simulated passport in the running device host: code, then chip, then the right verdict."""

import pytest

from hardware.messages import ChipFound, ChipProgress, CodeFound, Rehearse
from hardware.simulated import machine
from hardware.verdicts import ChipPhase, ChipVerdict, Rehearsal
from kiosk.places import shipped
from tests.hosts import is_a, linked

MACHINES = {
    "specimen": [ChipVerdict.WORKS],
    "other-chip": [ChipVerdict.NOT_EMRTD],
    "chip-altered": [ChipVerdict.GROUPS_ALTERED],
    "chip-bac-only": [ChipVerdict.WORKS],
    "chip-blocked": [ChipVerdict.DELAYED],
    "chip-copy": [ChipVerdict.CHIP_NOT_PROVEN],
    "chip-denied": [ChipVerdict.FILE_DENIED],
    "chip-false-issuer": [ChipVerdict.ISSUER_WRONG],
    "chip-hangs": [ChipVerdict.TIMEOUT],
    "chip-malformed": [ChipVerdict.FILE_MALFORMED],
    "chip-missing-sod": [ChipVerdict.FILE_MISSING],
    "chip-naked": [ChipVerdict.MESSAGING_BROKEN],
    "chip-other-document": [ChipVerdict.CODE_DIFFERS],
    "chip-pace-only": [ChipVerdict.WORKS],
    "chip-removed": [ChipVerdict.REMOVED, ChipVerdict.WORKS],
    "chip-short-frames": [ChipVerdict.WORKS],
    "chip-slow": [ChipVerdict.WORKS],
    "chip-unknown-issuer": [ChipVerdict.WORKS],
    "chip-unstable": [ChipVerdict.REMOVED, ChipVerdict.REMOVED, ChipVerdict.UNSTABLE],
    "chip-unsupported": [ChipVerdict.UNSUPPORTED],
    "chip-waiting": [ChipVerdict.WORKS],
    "chip-wrong-key": [ChipVerdict.WRONG_KEY],
    "chip-wrong-signature": [ChipVerdict.SIGNATURE_WRONG],
}
WAITING = (ChipVerdict.NONE, ChipVerdict.MUTE)
"""What may be found before the simulated document lies there."""


@pytest.mark.grid
@pytest.mark.parametrize("name", MACHINES)
async def test_the_rehearsal_ends_in_the_right_verdict(name: str) -> None:
    with machine.start(shipped() / "machines" / f"{name}.toml") as running:
        async with linked(running.devices, running.trust) as told:
            told.send(Rehearse(Rehearsal.CODE))
            await told.says(is_a(CodeFound))
            told.send(Rehearse(Rehearsal.CHIP))
            steps: list[ChipProgress] = []
            found: list[ChipVerdict] = []
            while len(found) < len(MACHINES[name]):
                said = await told.says(is_a(ChipFound, ChipProgress))
                if isinstance(said, ChipProgress):
                    steps.append(said)
                elif isinstance(said, ChipFound) and said.verdict not in WAITING:
                    found.append(said.verdict)
    assert found == MACHINES[name]
    percents = [step.percent for step in steps]
    assert percents == sorted(percents), "what was read is not lost"
    if found == [ChipVerdict.WORKS]:
        assert {step.phase for step in steps} == set(ChipPhase)
