import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hardware.mrz import certainty, grammar
from hardware.mrz.check_digits import ALPHABET, check_digit
from hardware.mrz.decoding import CHEAP, Decoded, decode, decode_text, weigh
from hardware.mrz.formats import FORMATS, FormatName
from hardware.mrz.parsing import parse
from hardware.mrz.specimens import SPECIMENS
from hardware.mrz.writing import write
from tests.unit.line_evidence import CLASSES, DIGITS, LETTERS, evidence, random_document

TD3 = SPECIMENS["TD3"]


def places(lines: Sequence[str], *odd: tuple[int, int, dict[str, float]]) -> NDArray[np.float64]:
    """What was read of each place: the lines, all but certain, but for (line, position, read)."""
    table = np.full((len(lines), len(lines[0]), len(ALPHABET)), 1e-8)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            table[row, column, ALPHABET.index(character)] = 1
    for line_number, position, read in odd:
        place = table[line_number - 1, position - 1]
        place[:] = 1e-8
        for character, probability in read.items():
            place[ALPHABET.index(character)] = probability
    table /= table.sum(axis=2, keepdims=True)
    return np.log(table)


def weighed(lines: Sequence[str], *odd: tuple[int, int, dict[str, float]]) -> Decoded:
    found = weigh(places(lines, *odd))
    assert found is not None
    return found


def textures(rng: np.random.Generator) -> list[NDArray[np.float32]]:
    """What a reader may say of something that is no text."""
    strength, smooth = rng.choice([1, 3, 10]), rng.integers(1, 7)
    lines = []
    for _ in range(rng.integers(1, 5)):
        logits = rng.standard_normal((int(rng.integers(100, 220)) + smooth, CLASSES))
        logits = sum(logits[i : len(logits) - smooth + i] for i in range(smooth)) / smooth**0.5
        logits = strength * logits - (strength * logits).max(axis=1, keepdims=True)
        logits[:, -1] += rng.integers(0, 4)
        lines.append((logits - np.log(np.exp(logits).sum(1, keepdims=True))).astype(np.float32))
    return lines


@pytest.mark.parametrize("pitch", [3.4, 4.0, 4.6])
@pytest.mark.parametrize("name", FORMATS)
def test_clear_specimens_are_read_at_any_pitch(name: FormatName, pitch: float) -> None:
    rng = np.random.default_rng(7)
    found = decode(evidence(SPECIMENS[name], rng, noise=0.12, pitch=pitch, uneven=0.08))
    assert found is not None
    assert found.lines == SPECIMENS[name]
    assert found.layout is FORMATS[name]
    assert found.sure
    assert found.cost == 0
    assert found.middles is not None
    assert (np.diff(found.middles, axis=1) > 0).all()
    assert found.legible.all()


@pytest.mark.parametrize("name", FORMATS)
def test_other_lines_around_the_zone_do_no_harm(name: FormatName) -> None:
    rng = np.random.default_rng(8)
    above, below = "REPUBLIC<OF<UTOPIA<PASSPORT", "THIS<IS<THE<BACK<OF<THE<CARD<AND<NOTHING<MORE"
    found = decode(evidence([above, *SPECIMENS[name], below], rng, noise=0.12))
    assert found is not None
    assert found.lines == SPECIMENS[name]
    assert found.first == 1
    assert found.sure


def test_nothing_comes_out_of_texture_or_of_no_lines() -> None:
    rng = np.random.default_rng(9)
    assert decode([]) is None
    assert decode([np.zeros((0, CLASSES), np.float32)]) is None
    assert all(decode(textures(rng)) is None for _ in range(300))


@pytest.mark.parametrize("characters", [LETTERS, LETTERS + "<<<<<", ALPHABET, DIGITS])
def test_nothing_comes_out_of_other_text(characters: str) -> None:
    rng = np.random.default_rng(10)
    for lines, width in [(2, 44), (2, 36), (3, 30), (2, 40), (3, 25)] * 4:
        text = ["".join(rng.choice(list(characters), width)) for _ in range(lines)]
        assert decode(evidence(text, rng, noise=0.15)) is None


@pytest.mark.parametrize(
    ("line", "position", "read", "meant"),
    [
        (2, 14, "T", "7"),  # the first digit of the birth date
        (2, 20, "Z", "2"),  # a check digit
        (1, 6, "6", "E"),  # the first letter of the name
        (2, 12, "7", "T"),  # nationality
    ],
)
def test_the_field_decides_between_characters(
    line: int, position: int, read: str, meant: str
) -> None:
    found = weighed(TD3, (line, position, {read: 0.9, meant: 0.1}))
    assert found.lines == TD3
    assert found.cost == 0


def test_a_clear_character_that_does_not_belong_there_stays() -> None:
    found = weighed(TD3, (2, 14, {"M": 1.0}))
    assert found.lines[1][13] == "M"
    assert found.forced
    assert not parse(found.lines).checks["birth_date"]


def test_after_the_end_of_a_name_come_fillers() -> None:
    found = weighed(TD3, (1, 38, {"K": 0.98, "<": 0.02}))
    assert found.lines == TD3
    assert weighed(TD3, (1, 38, {"K": 1.0})).lines[0][37] == "K"


def test_a_near_tie_is_decided_by_the_check_digit() -> None:
    lines = write(FORMATS["TD3"], document_code="P", issuer="UTO", surname="A", number="AB0O12345",
                  nationality="UTO", birth_date="740812", expiry_date="300415")  # fmt: skip
    found = weighed(lines, (2, 3, {"0": 0.45, "O": 0.55}))
    assert found.lines == lines
    assert 0 < found.cost < CHEAP
    assert found.sure
    assert found.probabilities.min() > 0.98


def test_a_tie_that_the_check_digits_cannot_decide_is_not_sure() -> None:
    # 6 and G, < and K weigh the same
    assert not weighed(TD3, (2, 9, {"6": 0.3, "3": 0.01, "G": 0.7})).sure
    assert not weighed(TD3, (2, 36, {"B": 0.01, "V": 0.3, "L": 0.7})).sure
    # names have no check digit
    assert not weighed(TD3, (1, 14, {"N": 0.9, "M": 0.1})).sure


def test_a_dear_correction_is_told_and_not_made() -> None:
    wrong = list(TD3)
    wrong[1] = TD3[1].replace("L898902C3", "L898962C3")
    found = weighed(wrong)
    assert found.lines == tuple(wrong)
    assert found.forced
    assert not found.sure
    found = weighed(TD3, (2, 6, {"6": 0.97, "0": 0.03}))
    assert found.lines == tuple(wrong)
    assert found.forced


def test_a_dead_digit_of_a_date_is_worked_out_from_its_check_digit() -> None:
    nothing = dict.fromkeys(ALPHABET, 1.0)
    found = weighed(TD3, (2, 17, nothing))
    assert found.lines == TD3
    assert found.probabilities.min() > 0.9
    assert not found.legible[1, 16]
    # In the number, four characters weigh the same.
    assert not weighed(TD3, (2, 2, nothing)).sure
    assert not weighed(TD3, (1, 7, nothing)).sure


@pytest.mark.parametrize("digit", "0<")
def test_the_check_digit_of_an_empty_field_is_0_or_filler(digit: str) -> None:
    lines = write(FORMATS["TD3"], document_code="P", issuer="UTO", surname="ERIKSSON",
                  number="L898902C3", nationality="UTO", birth_date="740812",
                  expiry_date="120415")  # fmt: skip
    assert lines[1][42] == "0"
    lines = (lines[0], lines[1][:42] + digit + lines[1][43])
    found = weighed(lines, (2, 23, {"2": 0.45, "Z": 0.1, "7": 0.45}))
    assert found.lines == lines
    assert found.sure


@pytest.mark.parametrize("name", ["TD1", "TD2"])
@pytest.mark.parametrize("filler", ["", "<"])
def test_long_numbers_are_checked_either_way(name: FormatName, filler: str) -> None:
    first, rest = "D23145890", "734"
    lines = write(FORMATS[name], document_code="I", issuer="UTO", surname="STEVENSON",
                  given_names="PETER", number=first + rest, nationality="UTO",
                  birth_date="340712", expiry_date="950712")  # fmt: skip
    digit = check_digit(first + filler + rest)
    lines = tuple(line.replace(rest + check_digit(first + rest), rest + digit, 1) for line in lines)
    optional = FORMATS[name].field("optional")
    composite = FORMATS[name].check_digits[-1]
    last = list(lines[1])
    last[composite.place.start - 1] = check_digit(composite.text(lines))
    lines = (lines[0], "".join(last), *lines[2:])
    assert parse(lines).valid
    found = weighed(lines, (optional.line, optional.start + 1, {"3": 0.45, "8": 0.55}))
    assert found.lines == lines
    assert 0 < found.cost < CHEAP


def test_the_probabilities_under_the_check_digits_are_exact() -> None:
    """Against all assignments counted one by one."""
    layout, lines = FORMATS["TD1"], SPECIMENS["TD1"]
    odd = [(1, 8, "3B"), (1, 15, "7124"), (2, 3, "018"), (2, 30, "6053"), (1, 20, "<K9"),
           (2, 12, "41")]  # fmt: skip
    rng = np.random.default_rng(11)
    read = [
        (line, position, dict(zip(some, rng.uniform(0.2, 1, len(some)), strict=True)))
        for line, position, some in odd
    ]
    chances = np.exp(places(lines, *read)).reshape(-1, len(ALPHABET))
    chances[chances < 1e-4] = 0
    (rules,) = grammar.ways(layout, "".join(lines))
    right, after = certainty.under(rules, chances)

    at = [(line - 1) * 30 + position - 1 for line, position, _ in odd]
    expected = np.zeros_like(after)
    for choice in itertools.product(*(some for _, _, some in odd)):
        text = list("".join(lines))
        for place, character in zip(at, choice, strict=True):
            text[place] = character
        whole = "".join(text)
        if parse([whole[:30], whole[30:60], whole[60:]]).valid:
            indices = [ALPHABET.index(character) for character in whole]
            mass = np.prod(chances[np.arange(90), indices])
            expected[np.arange(90), indices] += mass
    assert right > 0
    assert right == pytest.approx(expected[0].sum())
    assert after == pytest.approx(expected / expected[0].sum(), abs=1e-9)


def test_lines_that_another_device_read_are_decoded_too() -> None:
    assert decode_text(["P<UTO", "123"]) is None
    assert decode_text([]) is None
    found = decode_text(TD3)
    assert found is not None
    assert found.sure
    marked = (TD3[0], TD3[1].replace("7408122", "74?8122"))
    found = decode_text(marked)
    assert found is not None
    assert found.lines == TD3
    misread = (TD3[0], TD3[1].replace("7408122", "74O8122"))
    found = decode_text(misread)
    assert found is not None
    assert found.lines == TD3
    assert found.sure


def test_what_was_read_is_in_no_log() -> None:
    assert "ERIKSSON" not in repr(weighed(TD3))


def test_a_sure_read_is_wrong_no_more_often_than_it_says() -> None:
    rng = np.random.default_rng(12)
    sure = wrong = expected = corrected = 0.0
    for case in range(1500):
        lines = random_document(rng)
        noise = (0.15, 0.2, 0.25, 0.3, 0.6)[case % 5]
        dead = [(int(rng.integers(len(lines))), 20, 20 + int(rng.integers(1, 5)))] * (case % 2)
        found = decode(
            evidence(lines, rng, noise=noise, pitch=rng.uniform(3.4, 4.6),
                     uneven=rng.uniform(0, 0.1), dead=dead)
        )  # fmt: skip
        if found is not None and found.sure:
            sure += 1
            wrong += found.lines != lines
            expected += 1 - found.chance
            corrected += found.cost > 0
            assert parse(found.lines).valid
    assert sure > 250
    assert corrected > 0
    assert wrong <= 2 * expected + 1


@settings(deadline=None, max_examples=150)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 87), st.integers(0, 36)), min_size=1, max_size=4),
)
def test_a_clear_read_is_never_changed_to_please_the_check_digits(
    seed: int, misreads: list[tuple[int, int]]
) -> None:
    lines = random_document(np.random.default_rng(seed), FORMATS["TD3"])
    text = list("".join(lines))
    for place, character in misreads:
        text[place] = ALPHABET[character]
    read = ("".join(text[:44]), "".join(text[44:]))
    found = weigh(places(read))
    if found is not None and found.sure:
        assert parse(found.lines).valid
        # Only look-alikes that cannot stand there were made what can.
        twins = {frozenset(pair) for pair in ("0O", "1I", "2Z", "5S", "8B", "<K", "6G")}
        for was, now in zip("".join(read), "".join(found.lines), strict=True):
            assert was == now or {was, now} in twins
