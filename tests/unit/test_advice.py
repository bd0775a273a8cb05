import pytest

from hardware.verdicts import ROLE_OF, ChipVerdict, CodeVerdict, DocumentKind, Rehearsal
from kiosk import advice
from kiosk.language import load_languages
from kiosk.learned import Learned
from kiosk.places import Folders, shipped
from kiosk.situations.loading import load
from kiosk.situations.model import Step, Tip

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


@pytest.mark.parametrize("fact", [*CodeVerdict, *ChipVerdict], ids=str)
def test_every_finding_moves_a_tip_where_one_speaks_of_it(fact: CodeVerdict | ChipVerdict) -> None:
    is_code = isinstance(fact, CodeVerdict)
    learned = Learned(code=fact) if isinstance(fact, CodeVerdict) else Learned(chip=fact)
    step = CONTENT.situations["app"].step("scan-code" if is_code else "scan-chip")
    name = f"{'code' if is_code else 'chip'}:{fact.value}"
    assert learned.facts() == {name}
    first = advice.tips(step, learned)[0]
    assert name in first.first_when


# --- what was learned, shown on the step where it helps ------------------------------------------

GOOD, EXPIRED = CodeVerdict.GOOD, CodeVerdict.EXPIRED


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
        ("code", Learned(CodeVerdict.MISREAD), None, ""),
        ("code", Learned(CodeVerdict.UNREADABLE), None, ""),
        ("chip", Learned(chip=ChipVerdict.ANSWERS), None, "Your document's chip answered here."),
        ("chip", Learned(chip=ChipVerdict.NONE), None, "No chip answered here"),
        ("chip", Learned(chip=ChipVerdict.OTHER_CHIP), None, ""),
        ("chip", Learned(chip=ChipVerdict.CONTACT_LOST), None, ""),
        ("chip", Learned(GOOD), "Denmark", ""),
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


# --- what a rehearsal found ----------------------------------------------------------------------


def test_every_verdict_has_its_advice_and_only_one_is_good() -> None:
    assert advice.CODE.keys() == set(CodeVerdict)
    assert advice.CHIP.keys() == set(ChipVerdict)
    assert advice.WITHOUT_DEVICE.keys() == set(Rehearsal) == ROLE_OF.keys()
    for told in (*advice.CODE.values(), *advice.CHIP.values()):
        assert told.found.endswith(".")
        assert told.means.endswith(".")
        assert told.do.endswith(".")
    assert [v for v, told in advice.CODE.items() if told.good] == [CodeVerdict.GOOD]
    assert [v for v, told in advice.CHIP.items() if told.good] == [ChipVerdict.ANSWERS]


@pytest.mark.parametrize("country", ["Denmark", None, ""])
@pytest.mark.parametrize("verdict", CodeVerdict)
def test_the_advice_on_a_code_has_no_gap_in_it(verdict: CodeVerdict, country: str | None) -> None:
    told = advice.on_code(verdict, ENGLISH, country)
    assert all(told)
    assert "{" not in "".join(told)
    do = told[2]
    assert ("Denmark" in do) is (verdict is CodeVerdict.GOOD and country == "Denmark")
    assert ": ." not in do


def test_a_country_is_data_and_no_text() -> None:
    do = advice.on_code(CodeVerdict.GOOD, ENGLISH, "{country}\x1b[2J")[2]
    assert do == "In the app, choose the country of your document: {country}[2J."


def test_facts_are_verdicts_and_nothing_else() -> None:
    learned = Learned(GOOD, DocumentKind.PASSPORT, "DNK", ChipVerdict.ANSWERS)
    assert learned.facts() == {"code:good", "chip:answers"}
    assert NOTHING.facts() == frozenset()
