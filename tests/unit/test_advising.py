"""The advice, rule by rule; what it comes to in the content is in advice_cases.toml."""

import msgspec
import pytest

from hardware.verdicts import ChipExpected, ChipVerdict, CodeVerdict, DocumentKind, FaceHint
from kiosk import evidence, face_findings, stopping
from kiosk.advising import Advised, Case, advise
from kiosk.learned import FACTS, Learned
from kiosk.situations.loading import load
from kiosk.situations.model import SITUATION_IDS, SituationId, Step, Tip

CONTENT = load()
NOTHING = Learned()


def a_step(rehearsal: str | None = None, *tips: Tip) -> Step:
    return Step("a-step", "tap", "code", "Tap.", rehearsal=rehearsal, tips=tips)  # type: ignore[arg-type]


def told(step: Step, learned: Learned, **more: object) -> Advised:
    """The advice at a step, as if the situation had no other."""
    alone = msgspec.structs.replace(CONTENT.situations["app"], numbered=(step,), side_steps=())
    content = msgspec.structs.replace(CONTENT, situations={"app": alone})
    return advise(Case("app", step.id, learned, **more), content)  # type: ignore[arg-type]


def order(step: Step, learned: Learned, **more: object) -> list[Tip]:
    """The tips in the order in which they are given."""
    return [step.tips[suggestion.tip] for suggestion in told(step, learned, **more).suggestions]


HOPELESS = set(stopping.HOPELESS.values())
EVERYTHING = [
    NOTHING,
    *(Learned(code=code) for code in CodeVerdict),
    *(Learned(CodeVerdict.GOOD, DocumentKind.CARD, chip=chip) for chip in ChipVerdict),
    *(Learned(chip_expected=expected) for expected in ChipExpected),
    *(Learned(face=(hint,)) for hint in FaceHint),
]


# --- the order of the tips -----------------------------------------------------------------------

ALWAYS, CHIP, CODE = Tip("always"), Tip("chip", ("chip:none",)), Tip("code", ("code:expired",))
LAST = Tip("last", ("chip:answers", "chip:none"))
MIXED = a_step(None, ALWAYS, CHIP, CODE, LAST)


@pytest.mark.parametrize(
    ("learned", "first"),
    [
        (NOTHING, [ALWAYS, CHIP, CODE, LAST]),
        (Learned(chip=ChipVerdict.NONE), [CHIP, LAST, ALWAYS, CODE]),
        (Learned(chip=ChipVerdict.ANSWERS), [LAST, ALWAYS, CHIP, CODE]),
        (Learned(code=CodeVerdict.EXPIRED), [CODE, ALWAYS, CHIP, LAST]),
        (Learned(CodeVerdict.EXPIRED, chip=ChipVerdict.NONE), [CHIP, CODE, LAST, ALWAYS]),
        (Learned(code=CodeVerdict.GOOD), [ALWAYS, CHIP, CODE, LAST]),
    ],
)
def test_the_tips_that_a_rehearsal_speaks_for_come_first(
    learned: Learned, first: list[Tip]
) -> None:
    assert order(MIXED, learned) == first


def test_a_tip_for_which_more_speaks_comes_before_one_for_which_less_does() -> None:
    both = Tip("both", ("chip:works", "phone:samsung"))
    step = a_step("chip", Tip("one", ("chip:works",)), both)
    assert order(step, Learned(chip=ChipVerdict.WORKS), phone="samsung")[0] is both


def test_a_tip_against_which_something_speaks_is_not_given() -> None:
    step = a_step("chip", Tip("cover", not_when=("kind:card",)), ALWAYS)
    assert order(step, NOTHING) == list(step.tips)
    assert order(step, Learned(kind=DocumentKind.CARD)) == [ALWAYS]


def test_what_was_tried_comes_last_even_where_more_speaks_for_it() -> None:
    learned = Learned(chip=ChipVerdict.NONE)
    assert order(MIXED, learned, tried=(1,)) == [LAST, ALWAYS, CODE, CHIP]
    assert order(MIXED, NOTHING, tried=(0, 1)) == [CODE, LAST, ALWAYS, CHIP]


def test_the_place_of_the_phone_stands_in_for_the_general_words() -> None:
    step = a_step("chip", Tip("top", by_phone=True), Tip("cover"))
    for phone, family in CONTENT.phones.items():
        advised = told(step, NOTHING, phone=phone)
        assert advised.place == family.text
        assert [one.text for one in advised.suggestions] == [family.text, "cover"]
    assert told(step, NOTHING).place == ""
    elsewhere = told(a_step("code", Tip("top", by_phone=True)), NOTHING, phone="iphone")
    assert elsewhere.place == ""
    assert elsewhere.suggestions[0].text == "top"


def test_something_is_left_to_try_unless_the_document_is_hopeless() -> None:
    for situation in CONTENT.situations.values():
        for step in (*situation.numbered, *situation.side_steps):
            for learned in EVERYTHING:
                for phone in ("", *CONTENT.phones):
                    case = Case(situation.id, step.id, learned, 1, phone=phone)
                    advised = advise(case, CONTENT)
                    stop = advised.desk is not None and advised.desk.why in HOPELESS
                    assert bool(advised.suggestions) is not stop, case
                    texts = [suggestion.text for suggestion in advised.suggestions]
                    assert len(set(texts)) == len(texts)


TIPPED = (
    ChipVerdict.WORKS, ChipVerdict.ANSWERS, ChipVerdict.NONE, ChipVerdict.MUTE,
    ChipVerdict.SEVERAL, ChipVerdict.NOT_ISO_DEP, ChipVerdict.NOT_EMRTD, ChipVerdict.REMOVED,
    ChipVerdict.UNSTABLE, ChipVerdict.TIMEOUT, ChipVerdict.WRONG_KEY, ChipVerdict.CODE_DIFFERS,
    ChipVerdict.DELAYED, ChipVerdict.MESSAGING_BROKEN,
)  # fmt: skip
"""What a chip can be found to be where there is something to try on the phone."""


@pytest.mark.parametrize("fact", [*CodeVerdict, *TIPPED], ids=str)
def test_every_finding_moves_a_tip_or_stops(fact: CodeVerdict | ChipVerdict) -> None:
    is_code = isinstance(fact, CodeVerdict)
    learned = Learned(code=fact) if isinstance(fact, CodeVerdict) else Learned(chip=fact)
    name = f"{'code' if is_code else 'chip'}:{fact.value}"
    assert learned.facts() == {name}
    case = Case("app", "scan-code" if is_code else "scan-chip", learned, 1)
    advised = advise(case, CONTENT)
    step = CONTENT.situations["app"].step(case.step)
    if advised.suggestions:
        assert name in step.tips[advised.suggestions[0].tip].first_when
        assert advised.suggestions[0].why
    else:
        assert fact in stopping.HOPELESS


@pytest.mark.parametrize("situation", ["app", "helper"])
@pytest.mark.parametrize("hint", face_findings.KEPT, ids=str)
def test_every_hint_of_the_coach_moves_a_tip_of_the_scan(
    situation: SituationId, hint: FaceHint
) -> None:
    step = CONTENT.situations[situation].step("scan-face")
    advised = advise(Case(situation, "scan-face", Learned(face=(hint,))), CONTENT)
    first = advised.suggestions[0]
    assert f"face:{hint.value}" in step.tips[first.tip].first_when
    assert first.why == advised.learned != ""


# --- what was learned, shown on the step where it helps ------------------------------------------


@pytest.mark.parametrize("expected", [ChipExpected.PERHAPS, ChipExpected.NO])
def test_where_a_chip_is_doubtful_its_sign_comes_first(expected: ChipExpected) -> None:
    step = CONTENT.situations["app"].step("tap-scan-chip")
    case = Case("app", step.id, Learned(chip_expected=expected))
    assert "sign of a chip" in advise(case, CONTENT).suggestions[0].text
    sure = Case("app", step.id, Learned(chip_expected=ChipExpected.YES))
    assert [one.tip for one in advise(sure, CONTENT).suggestions] == list(range(len(step.tips)))


GOOD, EXPIRED = CodeVerdict.GOOD, CodeVerdict.EXPIRED
SOON, NO_CHIP = CodeVerdict.EXPIRES_SOON, CodeVerdict.NO_CHIP
NOT_SURE = "We do not know whether the app takes the document"


def expecting(
    expected: ChipExpected, chip: ChipVerdict | None = None, code: CodeVerdict = GOOD
) -> Learned:
    return Learned(code, chip=chip, chip_expected=expected)


@pytest.mark.parametrize(
    ("rehearsal", "learned", "said"),
    [
        ("country", Learned(GOOD, country="DNK"), "Your document was issued by: {country}."),
        ("country", Learned(GOOD), ""),
        ("code", Learned(GOOD), "Your document's code was read here."),
        ("country", Learned(EXPIRED), "This document has expired."),
        ("code", Learned(EXPIRED), "This document has expired."),
        ("code", Learned(CodeVerdict.VISA), "What you scanned here is a visa."),
        ("country", Learned(CodeVerdict.VISA), "What you scanned here is a visa."),
        ("code", Learned(CodeVerdict.OTHER_KIND), "What you scanned here is not a passport"),
        ("code", Learned(CodeVerdict.CREW), "What you scanned here is not a passport"),
        ("code", Learned(CodeVerdict.TEMPORARY), "What you scanned here is a temporary"),
        ("code", Learned(NO_CHIP), "What you scanned here is a card without a chip."),
        ("country", Learned(NO_CHIP), "What you scanned here is a card without a chip."),
        ("code", Learned(CodeVerdict.EXPIRED_DANISH), "By its code, this passport"),
        ("code", Learned(CodeVerdict.EXPIRY_IMPOSSIBLE), NOT_SURE),
        ("code", Learned(CodeVerdict.CHECKS_DIFFER), NOT_SURE),
        ("code", Learned(CodeVerdict.RESIDENCE), NOT_SURE),
        ("country", Learned(CodeVerdict.TRAVEL_DOCUMENT), NOT_SURE),
        ("country", Learned(SOON, country="DNK"), "Your document was issued by: {country}."),
        ("code", Learned(SOON), "Your document's code was read here."),
        ("code", Learned(CodeVerdict.MISREAD), ""),
        ("code", Learned(CodeVerdict.UNREADABLE), ""),
        ("chip", Learned(chip=ChipVerdict.ANSWERS), "Your document's chip answered here."),
        ("chip", Learned(chip=ChipVerdict.NONE), "No chip answered here"),
        ("chip", Learned(chip=ChipVerdict.MUTE), "No chip answered here"),
        ("chip", Learned(chip=ChipVerdict.NOT_EMRTD), ""),
        ("chip", Learned(chip=ChipVerdict.REMOVED), ""),
        ("chip", Learned(chip=ChipVerdict.READER_LOST), ""),
        ("chip", Learned(chip=ChipVerdict.WORKS), "Your chip works. So it is the phone"),
        ("chip", Learned(chip=ChipVerdict.WRONG_KEY), "The scanned code did not open"),
        ("chip", Learned(chip=ChipVerdict.CODE_DIFFERS), "The scanned code did not open"),
        ("chip", Learned(chip=ChipVerdict.UNSUPPORTED), "This kiosk could not open"),
        ("chip", Learned(chip=ChipVerdict.FILE_DENIED), "The kiosk could not read all of"),
        ("chip", Learned(chip=ChipVerdict.CHIP_NOT_PROVEN), "The kiosk could not confirm"),
        ("chip", Learned(chip=ChipVerdict.EXPIRED), "This document has expired."),
        ("code", Learned(chip=ChipVerdict.EXPIRED), ""),
        ("chip", Learned(GOOD), ""),
        ("chip", expecting(ChipExpected.YES), ""),
        ("chip", expecting(ChipExpected.PERHAPS), "Not every document like yours has a chip"),
        ("chip", expecting(ChipExpected.NO, code=CodeVerdict.VISA), ""),
        ("chip", expecting(ChipExpected.NO, code=NO_CHIP), "What you scanned here is a card"),
        ("chip", expecting(ChipExpected.YES, ChipVerdict.NONE), "No chip answered here, but"),
        ("chip", expecting(ChipExpected.PERHAPS, ChipVerdict.NONE), "No chip answered here."),
        ("chip", expecting(ChipExpected.PERHAPS, ChipVerdict.REMOVED), ""),
        (
            "chip",
            expecting(ChipExpected.PERHAPS, ChipVerdict.ANSWERS),
            "Your document's chip",
        ),
        ("chip", expecting(ChipExpected.NO, ChipVerdict.ANSWERS, NO_CHIP), "Your document's"),
        ("code", Learned(chip=ChipVerdict.ANSWERS), ""),
        ("face", Learned(GOOD, chip=ChipVerdict.ANSWERS), ""),
        (None, Learned(GOOD, chip=ChipVerdict.ANSWERS), ""),
        ("country", NOTHING, ""),
        ("code", NOTHING, ""),
        ("chip", NOTHING, ""),
    ],
)
def test_what_was_learned_stands_on_the_step_where_it_helps(
    rehearsal: str | None, learned: Learned, said: str
) -> None:
    advised = told(a_step(rehearsal), learned)
    assert advised.learned.startswith(said) if said else advised.learned == ""


# --- what the coach of the face saw --------------------------------------------------------------

WELL = "Your face was seen well here"


@pytest.mark.parametrize(
    ("face", "said"),
    [
        ("", ""),
        # What lasted, each in its own words.
        ("backlight", "Here the light came from behind you. Turn so that the window"),
        ("too-dark", "Here there was too little light on your face."),
        ("too-bright", "Here there was too much light on your face."),
        ("uneven", "Here the light came from one side."),
        ("glare", "Light was mirrored in your glasses here. Take them off for the scan."),
        ("covered", "Something covered your mouth or nose here."),
        ("headwear", "Take off a hat or scarf. For faith or health it may stay on"),
        ("several", "Somebody else was in the picture here."),
        ("turn-left", "Your face was turned to one side here. Look straight at the phone."),
        ("turn-right", "Your face was turned to one side here."),
        ("look-up", "You looked down here. Hold the phone up"),
        ("look-down", "You looked up here."),
        ("upright", "Your head leaned to one side here."),
        ("too-far", "Your face was far away here."),
        ("too-near", "Your face was very near here."),
        ("move-up", "Your face was not in the middle here."),
        ("blurred", "The picture was not sharp here."),
        ("hold-still", "It was almost right here."),
        # Of several that lasted the worst: light, glare, cover, pose, distance.
        ("backlight turn-left too-far", "Here the light came from behind you."),
        ("uneven too-dark", "Here there was too little light"),
        ("glare turn-right", "Light was mirrored"),
        ("covered look-up", "Something covered"),
        ("upright move-left too-near", "Your head leaned"),
        ("headwear turn-left", "Your face was turned"),
        ("glare hold-still", "Light was mirrored"),
        ("too-dark hold-still", "Here there was too little light"),
        # The coach went on to what is said later: what was said before was put right.
        ("too-far turn-left backlight glare", "Light was mirrored"),
        ("backlight blurred", "The picture was not sharp here."),
        ("covered blurred", "The picture was not sharp here."),
        ("turn-left too-dark too-far", "Here there was too little light"),
        # But it goes on also from what may stay on.
        ("glare headwear", "Light was mirrored"),
        # All was right in the end: what it took, and no more than one thing.
        ("ready", f"{WELL}. Stay in this place, and do the same with the phone."),
        ("too-dark ready", f"{WELL}, once there was more light on it. Do the same with the phone."),
        ("backlight ready", f"{WELL}, once no light came from behind."),
        ("too-bright ready", f"{WELL}, once there was less light on it."),
        ("uneven ready", f"{WELL}, once the light was even."),
        ("too-far turn-left too-dark ready", f"{WELL}, once there was more light on it."),
        ("too-far turn-left ready", f"{WELL}, once you looked straight ahead."),
        ("upright too-far ready", f"{WELL}, once your head was upright."),
        ("too-near ready", f"{WELL}, once it filled the oval."),
        ("several too-far ready", f"{WELL}, once nobody else was in the picture."),
        ("blurred ready", f"{WELL}. Stay"),
        ("covered ready", f"{WELL}. On the phone, too, keep your mouth and nose free."),
        # What may have stayed is not said to be gone.
        ("glare ready", f"{WELL}. But take off the glasses"),
        ("headwear ready", f"{WELL}. Stay"),
        ("headwear turn-left ready", f"{WELL}, once you looked straight ahead."),
        # Light or glasses that trouble again, after all was right.
        ("ready glare", "Light was mirrored"),
        ("too-far ready backlight", "Here the light came from behind you."),
    ],
)
def test_what_the_coach_saw_becomes_one_sentence_for_the_phone(face: str, said: str) -> None:
    learned = Learned(face=tuple(FaceHint(word) for word in face.split()))
    advised = told(a_step("face"), learned)
    assert advised.learned.startswith(said) if said else advised.learned == ""


@pytest.mark.parametrize("rehearsal", ["country", "code", "chip", None])
def test_the_face_is_not_spoken_of_at_the_other_scans(rehearsal: str | None) -> None:
    learned = Learned(face=(FaceHint.BACKLIGHT, FaceHint.READY))
    assert told(a_step(rehearsal), learned).learned == ""


def test_while_the_app_works_on_the_scan_nothing_more_is_asked_of_the_face() -> None:
    learned = Learned(face=(FaceHint.TOO_DARK,))
    advised = advise(Case("app", "wait-for-identity", learned), CONTENT)
    assert advised.learned == ""
    assert advised.suggestions[0].text.startswith("Find even light")


FACES = [(one,) for one in face_findings.KEPT] + [
    (one, other) for one in face_findings.KEPT for other in face_findings.KEPT if one is not other
]


def test_whatever_was_said_before_the_camera_one_sentence_follows_that_blames_nobody() -> None:
    for face in FACES:
        said = told(a_step("face"), Learned(face=face)).learned
        assert said.endswith("."), face
        assert len(said) <= 96, said
        assert not any(harsh in said for harsh in ("fail", "wrong", "must take", "not allowed"))
        assert ("seen well" in said) is (face[-1] is FaceHint.READY)


def test_every_hint_has_its_place_among_the_worst() -> None:
    assert sorted((*face_findings.WORST_FIRST, FaceHint.READY, FaceHint.NO_FACE)) == sorted(
        FaceHint
    )


# --- when to stop ---------------------------------------------------------------------------------


def test_every_doubt_and_every_reason_is_a_sentence_of_its_own() -> None:
    assert evidence.REASONS.keys() <= {*FACTS, *(f"phone:{phone}" for phone in CONTENT.phones)}
    assert stopping.HOPELESS.keys() <= set(evidence.OF_CODE)
    assert not set(stopping.DOUBTFUL) & set(stopping.HOPELESS)
    assert {*stopping.DOUBTFUL, *stopping.HOPELESS} == set(evidence.OF_CODE)


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_the_last_try_is_told_and_then_the_desk(limit: int) -> None:
    why = []
    for tries in range(limit + 1):
        desk = told(a_step(None, ALWAYS), NOTHING, tries=tries, tries_before_desk=limit).desk
        why.append(desk.why if desk else "")
        assert desk is None or desk.now is (tries == limit)
    assert why[limit] == stopping.TRIED_ENOUGH
    assert all(why[tries] == stopping.LAST_TRY for tries in range(1, limit) if tries == limit - 1)
    assert not any(why[: limit - 1])


@pytest.mark.parametrize("situation", SITUATION_IDS)
def test_a_hopeless_document_is_told_from_the_first_step_to_the_chip(
    situation: SituationId,
) -> None:
    steps = CONTENT.situations[situation].numbered
    last = max(n for n, step in enumerate(steps) if step.rehearsal in ("country", "code", "chip"))
    for number, step in enumerate(steps):
        desk = advise(Case(situation, step.id, Learned(EXPIRED)), CONTENT).desk
        assert (desk is not None and desk.now) is (number <= last), step.id


def test_a_card_that_has_answered_is_not_hopeless() -> None:
    no_chip = CodeVerdict.NO_CHIP
    assert told(a_step("chip", ALWAYS), Learned(no_chip)).desk is not None
    answered = Learned(no_chip, chip=ChipVerdict.ANSWERS)
    assert told(a_step("chip", ALWAYS), answered).desk is None


def test_facts_are_verdicts_and_nothing_else() -> None:
    learned = Learned(GOOD, DocumentKind.PASSPORT, "DNK", ChipVerdict.ANSWERS)
    assert learned.facts() == {"code:good", "kind:passport", "chip:answers"}
    assert NOTHING.facts() == frozenset()
    assert Learned(chip_expected=ChipExpected.NO).facts() == {"chip-expected:no"}
    seen = Learned(GOOD, face=(FaceHint.TOO_DARK, FaceHint.READY))
    assert seen.facts() == {"code:good", "face:too-dark", "face:ready"}


def test_every_fact_can_be_learned() -> None:
    learned = [
        *(Learned(code=verdict) for verdict in CodeVerdict),
        *(Learned(kind=kind) for kind in DocumentKind),
        *(Learned(chip=verdict) for verdict in ChipVerdict),
        *(Learned(chip_expected=word) for word in ChipExpected),
        *(Learned(face=(hint,)) for hint in face_findings.KEPT),
    ]
    assert [name for one in learned for name in one.facts()] == FACTS
