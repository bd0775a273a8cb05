from collections.abc import Sequence

import numpy as np
import pytest

from hardware.mrz.decoding import Decoded, decode
from hardware.mrz.formats import FORMATS
from hardware.mrz.parsing import parse
from hardware.mrz.specimens import SPECIMENS
from hardware.mrz.voting import MISPRINTED, PATIENCE, Vote
from hardware.mrz.writing import write
from tests.unit.line_evidence import evidence, random_document

TD3 = SPECIMENS["TD3"]
OTHER = write(
    FORMATS["TD3"],
    document_code="P",
    issuer="UTO",
    surname="JENSEN",
    given_names="HANS",
    number="M12345678",
    nationality="UTO",
    birth_date="740812",
    sex="M",
    expiry_date="330101",
)


def look(
    lines: Sequence[str],
    rng: np.random.Generator,
    noise: float = 0.12,
    dead: Sequence[tuple[int, int, int]] = (),
) -> Decoded:
    found = decode(evidence(lines, rng, noise=noise, dead=dead))
    assert found is not None
    return found


def test_one_very_sure_look_is_enough() -> None:
    agreed = Vote().add(look(TD3, np.random.default_rng(1)))
    assert agreed is not None
    assert agreed.lines == TD3


@pytest.mark.parametrize("noise", [0.12, 0.3])
def test_moving_glare_is_seen_through(noise: float) -> None:
    rng = np.random.default_rng(2)
    needed = []
    for _ in range(20):
        lines = random_document(rng)
        vote = Vote()
        for n in range(1, 16):
            start = int(rng.integers(len(lines[0]) - 9))
            dead = [(line, start, start + 9) for line in range(len(lines))]
            found = decode(evidence(lines, rng, noise=noise, dead=dead))
            assert found is None or not found.sure
            agreed = vote.add(found)
            if agreed is not None:
                assert agreed.lines == lines
                assert agreed.sure
                needed.append(n)
                break
    assert len(needed) >= 19
    assert np.median(needed) <= 5


def test_poor_looks_agree_and_are_not_wrong() -> None:
    rng = np.random.default_rng(3)
    agreed = wrong = 0
    for case in range(150):
        lines = random_document(rng)
        vote = Vote()
        for _ in range(12):
            found = decode(evidence(lines, rng, noise=(0.25, 0.3, 0.4)[case % 3]))
            together = vote.add(found)
            if together is not None:
                agreed += 1
                wrong += together.lines != lines
                assert parse(together.lines).valid
                break
    assert agreed > 130
    assert wrong <= 1


def test_the_same_doubt_in_every_look_is_never_resolved() -> None:
    rng = np.random.default_rng(4)
    found = look(TD3, rng)
    doubted = np.exp(found.evidence)
    doubted[0, 12] *= 0.35  # position 13 of the name: N at 0.65, H at 0.35
    doubted[0, 12, 17] = 0.65
    vote = Vote()
    copy = Decoded(found.lines, found.layout, np.log(doubted), found.probabilities, 0.0, 0.0, False)
    assert all(vote.add(copy) is None for _ in range(30))


def test_another_document_starts_anew() -> None:
    rng = np.random.default_rng(5)
    vote = Vote()
    half = [(0, 0, 9), (1, 0, 9)]
    for _ in range(3):
        assert vote.add(look(TD3, rng, dead=half)) is None
    agreed = vote.add(look(OTHER, rng))
    assert agreed is not None
    assert agreed.lines == OTHER
    agreed = vote.add(look(SPECIMENS["TD1"], rng))
    assert agreed is not None
    assert agreed.lines == SPECIMENS["TD1"]


def test_looks_at_two_documents_are_never_mixed() -> None:
    rng = np.random.default_rng(6)
    first_half, second_half = [(0, 22, 44), (1, 22, 44)], [(0, 0, 22), (1, 0, 22)]
    vote = Vote()
    for _ in range(4):
        assert vote.add(look(TD3, rng, dead=first_half)) is None
    for _ in range(4):
        assert vote.add(look(OTHER, rng, dead=second_half)) is None


def test_it_is_forgotten_when_nothing_is_seen_for_a_while() -> None:
    rng = np.random.default_rng(7)
    left, right = [(0, 0, 10)], [(0, 12, 22)]

    vote = Vote()
    assert vote.add(look(TD3, rng, dead=left)) is None
    for _ in range(PATIENCE - 1):
        assert vote.add(None) is None
    assert vote.add(look(TD3, rng, dead=right)) is not None

    vote = Vote()
    assert vote.add(look(TD3, rng, dead=left)) is None
    for _ in range(PATIENCE):
        vote.add(None)
    assert vote.add(look(TD3, rng, dead=right)) is None


def test_wrong_check_digits_come_out_only_when_read_so_many_times_and_are_never_sure() -> None:
    rng = np.random.default_rng(8)
    misprinted = (TD3[0], TD3[1].replace("7408122", "7408129"))
    vote = Vote()
    for _ in range(MISPRINTED - 1):
        assert vote.add(look(misprinted, rng)) is None
    agreed = vote.add(look(misprinted, rng))
    assert agreed is not None
    assert agreed.lines == misprinted
    assert agreed.forced
    assert not agreed.sure


def test_every_format_can_be_voted_on() -> None:
    rng = np.random.default_rng(9)
    for name in FORMATS:
        vote = Vote()
        assert vote.add(look(SPECIMENS[name], rng, dead=[(0, 3, 6)])) is None
        agreed = vote.add(look(SPECIMENS[name], rng, dead=[(0, 7, 9)]))
        assert agreed is not None
        assert agreed.lines == SPECIMENS[name]
