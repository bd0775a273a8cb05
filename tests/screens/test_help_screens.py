"""Help on the screen: what to try and why, which phone it is, typing by hand, and when to stop."""

from collections.abc import Iterator

import msgspec
import pytest

from hardware.verdicts import ChipVerdict, CodeVerdict, DocumentKind
from kiosk.learned import Learned
from kiosk.visit import Kind, Spot, Visit
from screens.app import ReactivationApp
from screens.frame import FrameScreen, Words
from screens.kit import Kit
from screens.trouble import NO_HELP, TO_DESK
from screens.typing import CARD_NUMBER, PASSPORT_NUMBER
from tests.screens.test_layout import show, text_of

SMALL = (80, 24)
CHIP, CODE = Spot(Kind.STEP, "scan-chip"), Spot(Kind.STEP, "scan-code")
WORKS = Learned(CodeVerdict.GOOD, DocumentKind.PASSPORT, "DNK", ChipVerdict.WORKS)
EXPIRED = Learned(CodeVerdict.EXPIRED, DocumentKind.PASSPORT, "DNK")
TROUBLE = Visit("en", Spot(Kind.TROUBLE, "scan-chip"), (CHIP,), situation="app")
TROUBLE = msgspec.structs.replace(TROUBLE, tries={"scan-chip": 1})
STEP = Visit("en", CHIP, situation="app")
TYPING = Visit("en", Spot(Kind.TYPING), (CODE, Spot(Kind.TROUBLE, "scan-code")), situation="app")


def said(screen: FrameScreen) -> Iterator[tuple[str, bool]]:
    """What the words of a screen say when they are spoken, and whether in headphones alone."""
    for words in screen.query(Words):
        for one in words.utterances(screen.language):
            yield one.text, one.private


async def test_the_first_tip_is_set_apart_with_what_speaks_for_it(kit: Kit) -> None:
    app = ReactivationApp(kit, [])
    async with app.run_test(size=SMALL) as pilot:
        screen = await show(pilot, msgspec.structs.replace(TROUBLE, learned=WORKS))
        text = text_of(app)
        assert text.index("Your chip works.") < text.index("Try this:")
        assert "Take the cover off the phone" in text
        assert text.count("Your chip works.") == 1
        learned = next(one for one in said(screen) if one[0].startswith("Your chip works."))
        assert learned[1], "what was learned of the document is for headphones alone"
        await show(pilot, TROUBLE)
        assert "The cover of the phone is the most common reason." in text_of(app)


async def test_the_other_tips_stand_below_where_there_is_room(kit: Kit) -> None:
    other = "Take the passport out of its cover."
    for size, shown in ((SMALL, False), ((120, 40), True)):
        app = ReactivationApp(kit, [])
        async with app.run_test(size=size) as pilot:
            await show(pilot, TROUBLE)
            assert (other in text_of(app)) is shown


async def test_a_phone_that_was_told_has_its_place_on_the_step_and_in_the_tips(kit: Kit) -> None:
    app = ReactivationApp(kit, [])
    async with app.run_test(size=SMALL) as pilot:
        await show(pilot, STEP)
        assert "Which phone is it?" in text_of(app)
        await pilot.press("6")
        await pilot.pause()
        assert app.visit is not None
        assert app.visit.spot.kind is Kind.PHONE
        assert all(family.name in text_of(app) for family in kit.content.phones.values())
        await pilot.press("2")
        await pilot.pause()
        assert app.visit.phone == "samsung"
        assert "A Galaxy reads with its back" in text_of(app)
        await show(pilot, msgspec.structs.replace(TROUBLE, phone="samsung"))
        text = text_of(app)
        assert text.index("Try this:") < text.index("A Galaxy reads with its back")


async def test_what_was_found_is_for_headphones_and_what_to_do_is_said_aloud(kit: Kit) -> None:
    lost = Learned(chip=ChipVerdict.REMOVED)
    app = ReactivationApp(kit, [])
    async with app.run_test(size=SMALL) as pilot:
        screen = await show(
            pilot, msgspec.structs.replace(TROUBLE, learned=lost, tries={"scan-chip": 2})
        )
        private = {text[:16]: for_headphones for text, for_headphones in said(screen)}
        assert private["Contact was lost"]
        assert not private["Lay the top of t"]
        assert not private["If this does not"]
        screen = await show(pilot, msgspec.structs.replace(TROUBLE, phone="samsung"))
        private = {text[:16]: for_headphones for text, for_headphones in said(screen)}
        assert not private["The app shows th"]


@pytest.mark.parametrize("visit", [STEP, TROUBLE])
async def test_a_hopeless_document_is_told_first_and_leads_to_the_desk(
    kit: Kit, visit: Visit
) -> None:
    app = ReactivationApp(kit, [])
    async with app.run_test(size=SMALL) as pilot:
        screen = await show(pilot, msgspec.structs.replace(visit, learned=EXPIRED))
        words = [text for text, _ in said(screen)]
        told = next(n for n, text in enumerate(words) if text.startswith("Stop here:"))
        assert not any("phone" in text for text in words[:told])
        if visit is TROUBLE:
            assert "Try this:" not in words
            assert "6" not in {key.digit for key in screen.body_keys}
            to_desk = screen.key_for("2")
            assert to_desk is not None
            assert to_desk.words == TO_DESK != NO_HELP
            await pilot.press("2")
            await pilot.pause()
            assert app.visit is not None
            assert app.visit.spot == Spot(Kind.ROUTE, "desk")


@pytest.mark.parametrize(
    ("learned", "shown", "hidden"),
    [
        (Learned(), (PASSPORT_NUMBER, CARD_NUMBER), "learned"),
        (WORKS, (PASSPORT_NUMBER, "Danish passports"), CARD_NUMBER),
        (
            Learned(CodeVerdict.GOOD, DocumentKind.CARD, "NLD"),
            (CARD_NUMBER, "no letter O"),
            PASSPORT_NUMBER,
        ),
    ],
)
async def test_typing_tells_where_the_number_of_this_kind_of_document_stands(
    kit: Kit, learned: Learned, shown: tuple[str, ...], hidden: str
) -> None:
    app = ReactivationApp(kit, [])
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await show(pilot, msgspec.structs.replace(TYPING, learned=learned))
        words = [text for text, _ in said(screen)]
        for sentence in shown:
            assert any(sentence in text for text in words), sentence
        assert not any(hidden in text for text in words)
        assert "zero, narrow. letter O, round. one, a hook. letter I, two bars." in words
        text = text_of(app)
        assert "narrow" in text
        assert "██    ██" in text
        # Whose document it is, is spoken in headphones alone; where things stand, aloud.
        private = [text for text, private in said(screen) if private]
        assert private == [text for text in words if shown[1] in text and learned.country]
