"""Documents before the simulated camera and on the simulated flatbed, read by a device host."""

import shutil
from pathlib import Path

import pytest

from hardware.messages import (
    CodeCoached,
    CodeFound,
    FrameShown,
    PreviewFrame,
    Rehearse,
    Resize,
    Scan,
    Status,
    Stop,
)
from hardware.simulated import machine
from hardware.verdicts import (
    CodeHint,
    CodeVerdict,
    DeviceState,
    DocumentKind,
    Rehearsal,
    Role,
    ScannerKind,
)
from kiosk.places import shipped
from tests.hosts import Linked, is_a, linked, plugged_in

airscan = pytest.mark.skipif(
    shutil.which("airscan-discover") is None or shutil.which("scanimage") is None,
    reason="sane-utils or sane-airscan is not installed",
)
CAMERA = """\
about = "A document that is held before a camera"
[scanner]
scene = "document"
format = "{format}"
issuer = "{issuer}"
shows = {shows}
"""


async def coached_by(told: Linked, expected: set[CodeHint]) -> CodeFound:
    """What the code says, once all these hints were given, too; every preview frame is shown.

    The simulated document is held in the same ways over and over: what a busy machine misses
    comes again.
    """
    found: CodeFound | None = None
    while expected or found is None:
        match await told.says(is_a(CodeCoached, CodeFound, PreviewFrame)):
            case PreviewFrame(sequence, role=role):
                assert role is Role.SCANNER
                told.send(FrameShown(sequence))
            case CodeCoached(hint):
                expected = expected - {hint}
            case CodeFound() as found:
                pass
    return found


@pytest.mark.grid
@pytest.mark.parametrize(
    ("form", "issuer", "kind"),
    [("TD3", "DNK", DocumentKind.PASSPORT), ("TD1", "DEU", DocumentKind.CARD)],
)
async def test_a_document_before_a_camera_is_coached_to_a_good_read(
    form: str, issuer: str, kind: DocumentKind, tmp_path: Path
) -> None:
    file = tmp_path / "camera.toml"
    shows = '["no-document", "too-far", "read"]'
    file.write_text(CAMERA.format(format=form, issuer=issuer, shows=shows))
    with machine.start(file) as running:
        async with linked(running.devices) as told:
            told.send(Rehearse(Rehearsal.CODE))
            await told.says(Status(Role.SCANNER, DeviceState.READY, scanner=ScannerKind.CAMERA))
            told.send(Resize(60, 30))
            found = await coached_by(told, {CodeHint.NO_DOCUMENT, CodeHint.TOO_FAR})
            assert (found.verdict, found.kind, found.country) == (CodeVerdict.GOOD, kind, issuer)
            frame = await told.says(is_a(PreviewFrame))
            assert isinstance(frame, PreviewFrame)
            assert (frame.columns, frame.rows) == (60, 17)
            told.send(Stop())


@pytest.mark.slow
@airscan
async def test_a_card_on_the_glass_is_read_when_it_is_told_to() -> None:
    ready = Status(Role.SCANNER, DeviceState.READY, scanner=ScannerKind.FLATBED)
    with plugged_in("flatbed") as devices:
        async with linked([d for d in devices if d.role is Role.SCANNER]) as told:
            told.send(Rehearse(Rehearsal.CODE))
            await told.says(ready)
            for _ in range(2):
                told.send(Scan())
                await told.says(
                    Status(Role.SCANNER, DeviceState.OPENING, scanner=ScannerKind.FLATBED)
                )
                found = await told.says(is_a(CodeFound, CodeCoached))
                assert isinstance(found, CodeFound)
                assert (found.verdict, found.kind) == (CodeVerdict.GOOD, DocumentKind.CARD)
                await told.says(ready)


@pytest.mark.parametrize("name", ["document-camera", "flatbed"])
def test_the_shipped_machines_have_a_picture_scanner(name: str) -> None:
    loaded = machine.load(shipped() / "machines" / f"{name}.toml")
    assert loaded.scanner
    assert loaded.scanner.scene
