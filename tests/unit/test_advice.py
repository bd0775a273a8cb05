import pytest

from hardware.verdicts import (
    EXPIRES_SOON_DAYS,
    ROLE_OF,
    ChipExpected,
    ChipVerdict,
    CodeVerdict,
    DocumentKind,
    FaceHint,
    Rehearsal,
)
from kiosk import advice, face_findings
from kiosk.language import load_languages
from kiosk.learned import FACTS, Learned
from kiosk.places import Folders, shipped
from kiosk.situations.loading import load
from kiosk.situations.model import SituationId, Step, Tip

CONTENT = load()
ENGLISH = load_languages(("en",), Folders(shipped() / "kiosk.toml"))["en"]
NOTHING = Learned()


def a_step(rehearsal: str | None = None, *tips: Tip) -> Step:
    return Step("a-step", "tap", "code", "Tap.", rehearsal=rehearsal, tips=tips)  # type: ignore[arg-type]


# --- the order of the tips -----------------------------------------------------------------------

ALWAYS, CHIP, CODE = Tip("always"), Tip("chip", ("chip:none",)), Tip("code", ("code:expired",))
LAST = Tip("last", ("chip:answers", "chip:none"))
MIXED = a_step(None, ALWAYS, CHIP, CODE, LAST)


@pytest.mark.parametrize(
    ("learned", "order"),
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
    learned: Learned, order: list[Tip]
) -> None:
    assert list(advice.tips(MIXED, learned)) == order


def test_no_tip_is_lost_whatever_was_learned() -> None:
    for situation in CONTENT.situations.values():
        for step in (*situation.numbered, *situation.side_steps):
            for code in (None, *CodeVerdict):
                for chip in (None, *ChipVerdict):
                    told = advice.tips(step, Learned(code=code, chip=chip))
                    assert sorted(told, key=repr) == sorted(step.tips, key=repr)
            for hint in FaceHint:
                told = advice.tips(step, Learned(face=(hint,)))
                assert sorted(told, key=repr) == sorted(step.tips, key=repr)


TIPPED = (
    ChipVerdict.WORKS, ChipVerdict.ANSWERS, ChipVerdict.NONE, ChipVerdict.MUTE,
    ChipVerdict.SEVERAL, ChipVerdict.NOT_ISO_DEP, ChipVerdict.NOT_EMRTD, ChipVerdict.REMOVED,
    ChipVerdict.UNSTABLE, ChipVerdict.TIMEOUT, ChipVerdict.WRONG_KEY, ChipVerdict.CODE_DIFFERS,
    ChipVerdict.DELAYED, ChipVerdict.MESSAGING_BROKEN,
)  # fmt: skip
"""What a chip can be found to be where there is something to try on the phone."""


@pytest.mark.parametrize("fact", [*CodeVerdict, *TIPPED], ids=str)
def test_every_finding_moves_a_tip_where_one_speaks_of_it(fact: CodeVerdict | ChipVerdict) -> None:
    is_code = isinstance(fact, CodeVerdict)
    learned = Learned(code=fact) if isinstance(fact, CodeVerdict) else Learned(chip=fact)
    step = CONTENT.situations["app"].step("scan-code" if is_code else "scan-chip")
    name = f"{'code' if is_code else 'chip'}:{fact.value}"
    assert learned.facts() == {name}
    first = advice.tips(step, learned)[0]
    assert name in first.first_when


@pytest.mark.parametrize("situation", ["app", "helper"])
@pytest.mark.parametrize("hint", face_findings.KEPT, ids=str)
def test_every_hint_of_the_coach_moves_a_tip_of_the_scan(
    situation: SituationId, hint: FaceHint
) -> None:
    step = CONTENT.situations[situation].step("scan-face")
    assert f"face:{hint.value}" in advice.tips(step, Learned(face=(hint,)))[0].first_when


# --- what was learned, shown on the step where it helps ------------------------------------------


@pytest.mark.parametrize("expected", [ChipExpected.PERHAPS, ChipExpected.NO])
def test_where_a_chip_is_doubtful_its_sign_comes_first(expected: ChipExpected) -> None:
    step = CONTENT.situations["app"].step("tap-scan-chip")
    first = advice.tips(step, Learned(chip_expected=expected))[0]
    assert "sign of a chip" in first.text
    assert advice.tips(step, Learned(chip_expected=ChipExpected.YES)) == step.tips


GOOD, EXPIRED = CodeVerdict.GOOD, CodeVerdict.EXPIRED
SOON, NO_CHIP = CodeVerdict.EXPIRES_SOON, CodeVerdict.NO_CHIP
NOT_SURE = "We do not know whether the app takes the document"


def expecting(
    expected: ChipExpected, chip: ChipVerdict | None = None, code: CodeVerdict = GOOD
) -> Learned:
    return Learned(code, chip=chip, chip_expected=expected)


@pytest.mark.parametrize(
    ("rehearsal", "learned", "country", "said"),
    [
        ("country", Learned(GOOD), "Denmark", "Your document was issued by: Denmark."),
        ("country", Learned(GOOD), None, ""),
        ("code", Learned(GOOD), "Denmark", "Your document's code was read here."),
        ("country", Learned(EXPIRED), "Denmark", "This document has expired."),
        ("code", Learned(EXPIRED), None, "This document has expired."),
        ("code", Learned(CodeVerdict.VISA), None, "What you scanned here is a visa."),
        ("country", Learned(CodeVerdict.VISA), "Denmark", "What you scanned here is a visa."),
        ("code", Learned(CodeVerdict.OTHER_KIND), None, "What you scanned here is not a passport"),
        ("code", Learned(CodeVerdict.CREW), None, "What you scanned here is not a passport"),
        ("code", Learned(CodeVerdict.TEMPORARY), None, "What you scanned here is a temporary"),
        ("code", Learned(NO_CHIP), None, "What you scanned here is a card without a chip."),
        ("country", Learned(NO_CHIP), "France", "What you scanned here is a card without a chip."),
        ("code", Learned(CodeVerdict.EXPIRED_DANISH), None, "By its code, this passport"),
        ("code", Learned(CodeVerdict.EXPIRY_IMPOSSIBLE), None, NOT_SURE),
        ("code", Learned(CodeVerdict.CHECKS_DIFFER), None, NOT_SURE),
        ("code", Learned(CodeVerdict.RESIDENCE), None, NOT_SURE),
        ("country", Learned(CodeVerdict.TRAVEL_DOCUMENT), "Denmark", NOT_SURE),
        ("country", Learned(SOON), "Denmark", "Your document was issued by: Denmark."),
        ("code", Learned(SOON), "Denmark", "Your document's code was read here."),
        ("code", Learned(CodeVerdict.MISREAD), None, ""),
        ("code", Learned(CodeVerdict.UNREADABLE), None, ""),
        ("chip", Learned(chip=ChipVerdict.ANSWERS), None, "Your document's chip answered here."),
        ("chip", Learned(chip=ChipVerdict.NONE), None, "No chip answered here"),
        ("chip", Learned(chip=ChipVerdict.MUTE), None, "No chip answered here"),
        ("chip", Learned(chip=ChipVerdict.NOT_EMRTD), None, ""),
        ("chip", Learned(chip=ChipVerdict.REMOVED), None, ""),
        ("chip", Learned(chip=ChipVerdict.READER_LOST), None, ""),
        ("chip", Learned(chip=ChipVerdict.WORKS), None, "Your chip works. Take the cover off"),
        ("chip", Learned(chip=ChipVerdict.WRONG_KEY), None, "The scanned code did not open"),
        ("chip", Learned(chip=ChipVerdict.CODE_DIFFERS), None, "The scanned code did not open"),
        ("chip", Learned(chip=ChipVerdict.UNSUPPORTED), None, "This kiosk could not open"),
        ("chip", Learned(chip=ChipVerdict.FILE_DENIED), None, "The kiosk could not read all of"),
        ("chip", Learned(chip=ChipVerdict.CHIP_NOT_PROVEN), None, "The kiosk could not confirm"),
        ("chip", Learned(chip=ChipVerdict.EXPIRED), None, "This document has expired."),
        ("code", Learned(chip=ChipVerdict.EXPIRED), None, ""),
        ("chip", Learned(GOOD), "Denmark", ""),
        ("chip", expecting(ChipExpected.YES), None, ""),
        ("chip", expecting(ChipExpected.PERHAPS), None, "Not every document like yours has a chip"),
        ("chip", expecting(ChipExpected.NO, code=CodeVerdict.VISA), None, ""),
        ("chip", expecting(ChipExpected.NO, code=NO_CHIP), None, "What you scanned here is a card"),
        ("chip", expecting(ChipExpected.YES, ChipVerdict.NONE), None, "No chip answered here, but"),
        ("chip", expecting(ChipExpected.PERHAPS, ChipVerdict.NONE), None, "No chip answered here."),
        ("chip", expecting(ChipExpected.PERHAPS, ChipVerdict.REMOVED), None, ""),
        (
            "chip",
            expecting(ChipExpected.PERHAPS, ChipVerdict.ANSWERS),
            None,
            "Your document's chip",
        ),
        ("chip", expecting(ChipExpected.NO, ChipVerdict.ANSWERS, NO_CHIP), None, "Your document's"),
        ("code", Learned(chip=ChipVerdict.ANSWERS), None, ""),
        ("face", Learned(GOOD, chip=ChipVerdict.ANSWERS), "Denmark", ""),
        (None, Learned(GOOD, chip=ChipVerdict.ANSWERS), "Denmark", ""),
        ("country", NOTHING, None, ""),
        ("code", NOTHING, None, ""),
        ("chip", NOTHING, None, ""),
    ],
)
def test_what_was_learned_stands_on_the_step_where_it_helps(
    rehearsal: str | None, learned: Learned, country: str | None, said: str
) -> None:
    told = advice.on_step(a_step(rehearsal), learned, ENGLISH, country)
    assert told.startswith(said) if said else told == ""


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
    told = advice.on_step(a_step("face"), learned, ENGLISH, None)
    assert told.startswith(said) if said else told == ""


@pytest.mark.parametrize("rehearsal", ["country", "code", "chip", None])
def test_the_face_is_not_spoken_of_at_the_other_scans(rehearsal: str | None) -> None:
    learned = Learned(face=(FaceHint.BACKLIGHT, FaceHint.READY))
    assert advice.on_step(a_step(rehearsal), learned, ENGLISH, None) == ""


def test_while_the_app_works_on_the_scan_nothing_more_is_asked_of_the_face() -> None:
    waiting = CONTENT.situations["app"].step("wait-for-identity")
    learned = Learned(face=(FaceHint.TOO_DARK,))
    assert advice.on_step(waiting, learned, ENGLISH, None) == ""
    assert advice.tips(waiting, learned)[0].text.startswith("Find even light")


FACES = [(one,) for one in face_findings.KEPT] + [
    (one, other) for one in face_findings.KEPT for other in face_findings.KEPT if one is not other
]


def test_whatever_was_said_before_the_camera_one_sentence_follows_that_blames_nobody() -> None:
    for face in FACES:
        said = advice.on_step(a_step("face"), Learned(face=face), ENGLISH, None)
        assert said.endswith("."), face
        assert len(said) <= 96, said
        assert not any(harsh in said for harsh in ("fail", "wrong", "must take", "not allowed"))
        assert ("seen well" in said) is (face[-1] is FaceHint.READY)


def test_every_hint_has_its_place_among_the_worst() -> None:
    assert sorted((*face_findings.WORST_FIRST, FaceHint.READY, FaceHint.NO_FACE)) == sorted(
        FaceHint
    )


# --- what a rehearsal found ----------------------------------------------------------------------


def test_every_verdict_has_its_advice_and_few_are_good() -> None:
    assert advice.CODE.keys() == set(CodeVerdict)
    assert advice.CHIP.keys() == set(ChipVerdict)
    assert advice.WITHOUT_DEVICE.keys() == set(Rehearsal) == ROLE_OF.keys()
    for told in (*advice.CODE.values(), *advice.CHIP.values()):
        assert told.found.endswith(".")
        assert told.means.endswith(".")
        assert told.do.endswith(".")
    assert [v for v, told in advice.CODE.items() if told.good] == [GOOD, SOON]
    good = [verdict for verdict, told in advice.CHIP.items() if told.good]
    assert good == [ChipVerdict.WORKS, ChipVerdict.ANSWERS]


READER = (
    ChipVerdict.READER_MISSING, ChipVerdict.READER_SERVICE_DOWN, ChipVerdict.READER_LOST,
)  # fmt: skip
UNCONFIRMED = (
    ChipVerdict.SIGNATURE_WRONG, ChipVerdict.ISSUER_WRONG, ChipVerdict.GROUPS_ALTERED,
    ChipVerdict.CHIP_NOT_PROVEN,
)  # fmt: skip


@pytest.mark.parametrize("verdict", ChipVerdict)
def test_the_advice_on_a_chip_says_whose_matter_it_is_and_blames_nobody(
    verdict: ChipVerdict,
) -> None:
    said = " ".join(advice.on_chip(verdict, ENGLISH))
    for harsh in ("forged", "fake", "false", "copy", "police", "you did", "your fault", "invalid"):
        assert harsh not in said.lower()
    assert ("the kiosk's own trouble" in said) is (verdict in READER)
    if verdict in UNCONFIRMED:
        assert "The kiosk could not confirm" in said
        assert "Ask at the desk." in said
    # A chip that was not confirmed is not tried again and again, one that lay badly is.
    if "could not confirm" in said:
        assert verdict in UNCONFIRMED
        assert "again" not in said


def test_what_a_chip_says_of_further_tries_is_told() -> None:
    told = advice.on_chip(ChipVerdict.WRONG_KEY, ENGLISH, 2)
    assert told[1].endswith("Tries left at this chip: 2.")
    assert "Tries left" not in " ".join(advice.on_chip(ChipVerdict.WRONG_KEY, ENGLISH))


@pytest.mark.parametrize("country", ["Denmark", None, ""])
@pytest.mark.parametrize("verdict", CodeVerdict)
def test_the_advice_on_a_code_has_no_gap_in_it(verdict: CodeVerdict, country: str | None) -> None:
    told = advice.on_code(verdict, ENGLISH, country)
    assert all(told)
    assert "{" not in "".join(told)
    do = told[2]
    assert ("Denmark" in do) is (verdict in (GOOD, SOON) and country == "Denmark")
    assert ": ." not in do


def test_soon_is_as_many_days_as_the_sentence_says() -> None:
    assert f"within {EXPIRES_SOON_DAYS} days" in advice.CODE[SOON].found


def test_nobody_is_told_again_and_again_that_the_scan_was_wrong() -> None:
    differ, misread = (advice.CODE[v] for v in (CodeVerdict.CHECKS_DIFFER, CodeVerdict.MISREAD))
    assert "wrong" not in differ.found
    assert "once more" in misread.do
    assert "once more" not in differ.do


def test_a_country_is_data_and_no_text() -> None:
    do = advice.on_code(CodeVerdict.GOOD, ENGLISH, "{country}\x1b[2J")[2]
    assert do == "In the app, choose the country of your document: {country}[2J."


def test_facts_are_verdicts_and_nothing_else() -> None:
    learned = Learned(GOOD, DocumentKind.PASSPORT, "DNK", ChipVerdict.ANSWERS)
    assert learned.facts() == {"code:good", "chip:answers"}
    assert NOTHING.facts() == frozenset()
    assert Learned(chip_expected=ChipExpected.NO).facts() == {"chip-expected:no"}
    seen = Learned(GOOD, face=(FaceHint.TOO_DARK, FaceHint.READY))
    assert seen.facts() == {"code:good", "face:too-dark", "face:ready"}


def test_every_fact_can_be_learned() -> None:
    learned = [
        *(Learned(code=verdict) for verdict in CodeVerdict),
        *(Learned(chip=verdict) for verdict in ChipVerdict),
        *(Learned(chip_expected=word) for word in ChipExpected),
        *(Learned(face=(hint,)) for hint in face_findings.KEPT),
    ]
    assert [name for one in learned for name in one.facts()] == FACTS
