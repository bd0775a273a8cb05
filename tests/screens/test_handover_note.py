"""The note for the desk: from the screens that end a visit, in words and as text in a QR code."""

import itertools

import pytest

from hardware.verdicts import ChipVerdict, CodeVerdict, DocumentKind, FaceHint
from kiosk import handover
from kiosk.learned import Learned
from kiosk.visit import CODE, Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.kit import Kit
from screens.widgets.qr_code import QRCode, fits, matrix
from tests.screens.test_layout import show, text_of
from tests.screens.test_qr_code import bitmap, decode

LEARNED = Learned(
    CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK", ChipVerdict.NONE, face=(FaceHint.TOO_DARK,)
)
STUCK = Visit(
    "en",
    Spot(Kind.ROUTE, "desk"),
    (Spot(Kind.STEP, "scan-code"),),
    "app",
    {"scan-code": 3},
    learned=LEARNED,
)


async def test_a_visit_that_did_not_work_ends_with_a_note(kit: Kit) -> None:
    """Offered on the route to the desk and on the staff screen, and back leads there."""
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        for spot in (STUCK.spot, Spot(Kind.STAFF)):
            await show(pilot, Visit("en", spot, STUCK.trail, "app", STUCK.tries, learned=LEARNED))
            app._pressed = ("", 0.0)
            await pilot.press("2")
            await pilot.pause()
            assert app.visit is not None
            assert app.visit.spot == Spot(Kind.NOTE)
            text = text_of(app)
            for line in (
                "I have the MitID app on my phone",
                "Step 8 of ",
                "Did not work at this step: 3 times",
                "Code, read here: valid",
                "Chip, read here: no chip answers",
                "Face, tried here: too little light",
                "Bring other valid ID too",
            ):
                assert line in text, line
            await pilot.press("4")
            await pilot.pause()
            assert app.visit.spot == Spot(Kind.NOTE, CODE)
            await pilot.press("0")
            app._pressed = ("", 0.0)
            await pilot.press("0")
            assert app.visit.spot == spot


async def test_who_has_chosen_no_situation_has_nothing_to_note(kit: Kit) -> None:
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        for spot in (Spot(Kind.STAFF), Spot(Kind.ROUTE, "desk")):
            screen = await show(pilot, Visit("en", spot, (Spot(Kind.QUESTION, "stop-check"),)))
            assert screen.key_for("2") is None


@pytest.mark.parametrize("language", ["en", "da"])
async def test_the_code_holds_the_fullest_note_that_fits_and_lies_wholly_on_the_screen(
    kit: Kit, language: str
) -> None:
    """In few letters at 80x24, in sentences on a large terminal."""
    said = kit.languages[language]
    visit = Visit(language, Spot(Kind.NOTE, CODE), STUCK.trail, "app", STUCK.tries, learned=LEARNED)
    short = handover.short(visit, kit.content)
    whole = handover.whole(visit, kit.content, said)
    assert short == "MitID app\nstep 8/17, 3x\ncode good\nchip none\nface too-dark"
    for size, note in (((80, 24), short), ((200, 60), whole)):
        app = ReactivationApp(kit, [], clock=lambda: 0.0)
        async with app.run_test(size=size) as pilot:
            screen = await show(pilot, visit)
            code = screen.query_one(QRCode)
            assert code._url == note
            assert code.region.height == -(-len(matrix(note)) // 2) <= size[1]
            assert code.region.width == len(matrix(note))
            assert code.region in screen.region


def test_whatever_was_tried_the_short_note_fits_the_smallest_terminal(kit: Kit) -> None:
    """Every step, with the longest verdicts that there are."""
    learned = Learned(
        max(CodeVerdict, key=len),
        None,
        "",
        max(ChipVerdict, key=len),
        None,
        (max(FaceHint, key=len),),
    )
    for situation in kit.content.situations.values():
        for step in (*situation.numbered, *situation.side_steps):
            here = Spot(Kind.STEP, step.id)
            visit = Visit("en", here, (), situation.id, {step.id: 10}, learned=learned)
            note = handover.short(visit, kit.content)
            assert fits(note, 24, 45), f"{len(note)}: {note}"
            assert len(matrix(note)) <= 48


@pytest.mark.slow
def test_fits_says_what_the_code_really_needs() -> None:
    for length, rows in itertools.product((1, 17, 18, 106, 107, 154, 271, 272, 700), range(8, 60)):
        text = "a" * length
        assert fits(text, rows, 500) is (len(matrix(text)) <= 2 * rows), (length, rows)
    assert not fits("a", 100, 28)
    assert fits("a", 100, 29)


def test_no_country_and_nothing_of_a_person_is_in_a_note(kit: Kit) -> None:
    """The country is not needed at the desk, and so it is not told."""
    for note in (
        handover.short(STUCK, kit.content),
        handover.whole(STUCK, kit.content, kit.languages["en"]),
    ):
        assert "DNK" not in note
        assert "Denmark" not in note


@pytest.mark.parametrize(("language", "size"), [("en", (80, 24)), ("da", (200, 60))], ids=str)
async def test_a_phone_reads_the_note_from_the_screen(
    kit: Kit, language: str, size: tuple[int, int]
) -> None:
    """Line by line, letters that are not in ASCII too."""
    visit = Visit(language, Spot(Kind.NOTE, CODE), STUCK.trail, "app", STUCK.tries, learned=LEARNED)
    app = ReactivationApp(kit, [], clock=lambda: 0.0)
    async with app.run_test(size=size) as pilot:
        screen = await show(pilot, visit)
        code = screen.query_one(QRCode)
        place = code.region
        strips = app.screen._compositor.render_strips()[place.y : place.bottom]
        rows = [list(strip.crop(place.x, place.right)) for strip in strips]
        assert decode(bitmap(rows)) == code._url
        assert ("æ" in code._url) is (language == "da")
