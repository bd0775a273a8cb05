"""What the clerk reads, in half a minute: which scans were tried here, and what came of them."""

import pytest

from hardware.messages import CodeFound, FaceCoached
from hardware.verdicts import ChipVerdict, CodeVerdict, DocumentKind, FaceHint, Rehearsal
from kiosk import face_findings
from kiosk.learned import Learned
from kiosk.tried import NOT_TRIED, tried
from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.kit import Kit
from tests.screens.test_layout import show, text_of

GOOD, WORKS = CodeVerdict.GOOD, ChipVerdict.WORKS


@pytest.mark.parametrize(
    ("learned", "lines"),
    [
        (Learned(), ["Code, chip and face were not tried here"]),
        (Learned(GOOD), ["Code, read here: valid, not expired"]),
        (Learned(face=(FaceHint.READY,)), ["Face, tried here: all right"]),
        (Learned(face=(FaceHint.BACKLIGHT,)), ["Face, tried here: light from behind"]),
        (
            Learned(face=(FaceHint.TOO_DARK, FaceHint.READY)),
            ["Face, tried here: all right. Seen before that: too little light on the face"],
        ),
        (Learned(face=(FaceHint.HEADWEAR, FaceHint.READY)), ["Face, tried here: all right"]),
        (
            Learned(GOOD, chip=WORKS, face=(FaceHint.GLARE,)),
            [
                "Code, read here: valid, not expired",
                "Chip, read here: works: look at the phone, its cover and its place",
                "Face, tried here: light mirrored in glasses",
            ],
        ),
    ],
)
def test_a_line_for_each_scan_that_was_tried(kit: Kit, learned: Learned, lines: list[str]) -> None:
    """And one that says so, when none was."""
    assert tried(learned, kit.languages["en"]) == lines


@pytest.mark.parametrize("language", ["en", "da"])
def test_whatever_the_coach_said_the_clerk_reads_it(kit: Kit, language: str) -> None:
    """Each hint, lasting or put right, in one line of the smallest screen or two."""
    said = kit.languages[language]
    for hint in face_findings.KEPT:
        for face in ((hint,), (hint, FaceHint.READY)):
            (line,) = tried(Learned(face=tuple(dict.fromkeys(face))), said)
            assert "{" not in line
            assert len(line) <= 120
            assert line != said.say(NOT_TRIED)


async def test_what_is_said_before_the_camera_comes_to_the_clerk(kit: Kit) -> None:
    """From the device host to the visit, as long as the rehearsal is on the screen."""
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, Visit("en", Spot(Kind.REHEARSAL, Rehearsal.FACE.value)))
        for hint in (FaceHint.NO_FACE, FaceHint.TOO_DARK, FaceHint.HOLD_STILL, FaceHint.READY):
            app.heard(FaceCoached(hint))
        assert app.visit is not None
        assert app.visit.learned == Learned(face=(FaceHint.TOO_DARK, FaceHint.READY))
        await show(pilot, Visit("en", Spot(Kind.STAFF), learned=app.visit.learned))
        assert "Face, tried here: all right." in text_of(app)
        app.heard(FaceCoached(FaceHint.GLARE))
        app.heard(CodeFound(GOOD, DocumentKind.PASSPORT, "DNK"))
        assert app.visit.learned == Learned(face=(FaceHint.TOO_DARK, FaceHint.READY))
