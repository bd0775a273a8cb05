"""The language of the app on the phone, in the visit."""

import pytest

from kiosk.situations.loading import load
from kiosk.visit import (
    Back,
    Kind,
    Speak,
    SpeakPhone,
    Spot,
    StartOver,
    Visit,
    advance,
    begin,
)

CONTENT = load()
STEP = Spot(Kind.STEP, "get-started")


@pytest.mark.parametrize("spot", [Spot(Kind.NEEDS), STEP, Spot(Kind.STAFF)])
def test_it_changes_nothing_else(spot: Spot) -> None:
    before = Visit("uk", spot, (STEP,), situation="app")
    after = advance(before, SpeakPhone("en"), CONTENT)
    assert after.phone_language == "en"
    assert (after.language, after.spot, after.trail) == ("uk", spot, (STEP,))


def test_in_trouble_it_leads_back_to_the_step() -> None:
    trouble = Spot(Kind.TROUBLE, STEP.id)
    before = Visit("da", trouble, (STEP,), situation="app", tries={STEP.id: 1})
    after = advance(before, SpeakPhone("en"), CONTENT)
    assert after.spot == STEP
    assert after.phone_language == "en"
    assert after.tries == before.tries


def test_it_stays_when_the_kiosk_changes_its_language_and_goes_with_the_visit() -> None:
    visit = advance(begin("da", CONTENT), SpeakPhone("en"), CONTENT)
    assert advance(visit, Speak("en"), CONTENT).phone_language == "en"
    assert advance(visit, Speak("da"), CONTENT).phone_language == "en"
    assert advance(visit, StartOver(), CONTENT).phone_language == "en"
    assert begin("da", CONTENT).phone_language == ""


def test_nothing_happens_after_the_end() -> None:
    over = advance(begin("da", CONTENT), Back(), CONTENT)
    assert over.spot.kind is Kind.OVER
    assert advance(over, SpeakPhone("en"), CONTENT) == over
