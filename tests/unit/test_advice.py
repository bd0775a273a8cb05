import pytest

from hardware.verdicts import EXPIRES_SOON_DAYS, ROLE_OF, ChipVerdict, CodeVerdict, Rehearsal
from kiosk import advice
from kiosk.language import load_languages
from kiosk.places import Folders, shipped

ENGLISH = load_languages(("en",), Folders(shipped() / "kiosk.toml"))["en"]
GOOD, SOON = CodeVerdict.GOOD, CodeVerdict.EXPIRES_SOON


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
