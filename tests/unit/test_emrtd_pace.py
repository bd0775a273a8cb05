"""PACE against the worked examples of Doc 9303 part 11, and against chips that misbehave."""

import secrets
from typing import Any

import pytest

from hardware.chip_link import Abilities
from hardware.emrtd.access_keys import CanKey, MrzKey
from hardware.emrtd.channel import Channel
from hardware.emrtd.ciphers import PASSWORD, Suite, derive, encrypt
from hardware.emrtd.domain_parameters import STANDARDIZED, EcDomain
from hardware.emrtd.errors import ChipError
from hardware.emrtd.mapping import integrated
from hardware.emrtd.pace import Pace, open_pace, supported
from hardware.emrtd.security_infos import Mapping, PaceInfo, parse
from hardware.mrz.specimens import ICAO
from hardware.simulated.emrtd.chip import Chip
from hardware.simulated.emrtd.personalisation import CARD_ACCESS, PaceOffer, Profile, personalise
from hardware.verdicts import ChipVerdict
from tests.unit.chip_scripts import EXAMPLES, Clock, chance, channel, link_to, script

WORKED = sorted(name for name in EXAMPLES if name.startswith("pace"))
G1 = EXAMPLES["pace_ecdh_gm_appendix_g1"]


def info_of(example: dict[str, Any]) -> PaceInfo:
    (info,) = parse(bytes.fromhex(example["ca"])).pace
    return info


def randomness(example: dict[str, Any]) -> Any:
    ephemeral = int(example["t_eph_priv"], 16) % order_of(example)
    first = example.get("t_map_priv")
    return chance(int(first, 16) if first else bytes.fromhex(example["t_nonce"]), ephemeral)


def order_of(example: dict[str, Any]) -> int:
    domain = STANDARDIZED[info_of(example).parameter_id or 0]
    return domain.order if isinstance(domain, EcDomain) else domain.q


def run(example: dict[str, Any], exchanges: list[list[str]], clock: Clock | None = None) -> Pace:
    key = MrzKey.of(*example["mrz"])
    chip = channel(script(exchanges), clock)
    return open_pace(chip, info_of(example), key, randomness(example))


def changed(example: dict[str, Any], step: int, answer: str) -> list[list[str]]:
    exchanges = [list(exchange) for exchange in example["apdus"]]
    exchanges[step][1] = answer
    return exchanges[: step + 1]


def verdict_of(example: dict[str, Any], step: int, answer: str) -> ChipVerdict:
    with pytest.raises(ChipError) as raised:
        run(example, changed(example, step, answer))
    return raised.value.verdict


@pytest.mark.parametrize("name", WORKED)
def test_worked_example_byte_for_byte(name: str) -> None:
    example = EXAMPLES[name]
    exchanges = [list(exchange) for exchange in example["apdus"]]
    if "t_nonce" in example:
        # Appendix H seals the nonce with a key that its own password does not give: take ours.
        nonce, sealed = bytes.fromhex(example["nonce"]), exchanges[1][1][8:-4]
        kpi = derive(Suite.AES128, MrzKey.of(*example["mrz"]).seed, PASSWORD)
        theirs = bytes.fromhex(example["kpi"])
        assert encrypt(Suite.AES128, theirs, nonce).hex().upper() == sealed
        exchanges[1][1] = f"7C128010{encrypt(Suite.AES128, kpi, nonce).hex()}9000"
    messaging = run(example, exchanges).messaging
    assert messaging._enc.hex().upper() == example["ks_enc"]
    assert messaging._mac.hex().upper() == example["ks_mac"]
    assert messaging._counter == 0


def test_the_mapped_generators_are_those_of_the_examples() -> None:
    for name in ("pace_ecdh_im_appendix_h1", "pace_dh_im_appendix_h2"):
        example = EXAMPLES[name]
        nonces = [bytes.fromhex(example[part]) for part in ("nonce", "t_nonce")]
        domain = STANDARDIZED[info_of(example).parameter_id or 0]
        mapped = integrated(domain, Suite.AES128, *nonces)
        assert mapped.public(1).hex().upper().endswith(example["mapped"])


def test_chip_authentication_mapping_proves_the_chip() -> None:
    example = EXAMPLES["pace_ecdh_cam_appendix_i1"]
    pace = run(example, example["apdus"])
    public = bytes.fromhex(example["chip_public"])
    assert pace.proof.hex().upper() == example["ca_data"]
    assert pace.proven_by(public)
    assert not pace.proven_by(STANDARDIZED[13].public(5))
    assert not pace.proven_by(public[:-1] + b"\0")
    assert not run(G1, G1["apdus"]).proven_by(public)


@pytest.mark.parametrize(
    ("status", "verdict", "tries"),
    [
        ("6300", ChipVerdict.WRONG_KEY, None),
        ("6982", ChipVerdict.WRONG_KEY, None),
        ("63C2", ChipVerdict.WRONG_KEY, 2),
        ("63C0", ChipVerdict.DELAYED, 0),
        ("6983", ChipVerdict.DELAYED, None),
        ("6F00", ChipVerdict.UNSUPPORTED, None),
    ],
)
def test_the_last_step_tells_of_the_key(
    status: str, verdict: ChipVerdict, tries: int | None
) -> None:
    with pytest.raises(ChipError) as raised:
        run(G1, changed(G1, 4, status))
    assert (raised.value.verdict, raised.value.tries_left) == (verdict, tries)


def test_a_refusal_that_was_held_back_is_a_delay() -> None:
    clock = Clock()
    replay = script(changed(G1, 4, "6300"))

    def slow(apdu: bytes) -> bytes:
        clock.now += 4.0 if apdu[0] == 0 and apdu[1] == 0x86 else 2.9
        return replay(apdu)

    key = MrzKey.of(*G1["mrz"])
    with pytest.raises(ChipError) as raised:
        open_pace(channel(slow, clock), info_of(G1), key, randomness(G1))
    assert raised.value.verdict is ChipVerdict.DELAYED


def test_a_chip_that_does_not_know_the_key_itself_is_not_believed() -> None:
    wrong = "7C0A86080000000000000000" + "9000"
    assert verdict_of(G1, 4, wrong) is ChipVerdict.MESSAGING_BROKEN
    assert verdict_of(G1, 4, "9000") is ChipVerdict.MESSAGING_BROKEN


@pytest.mark.parametrize("step", [2, 3])
def test_our_own_key_sent_back_is_refused(step: int) -> None:
    ours = G1["apdus"][step][0][18:-2]
    tag = {2: "82", 3: "84"}[step]
    assert verdict_of(G1, step, f"7C43{tag}41{ours}9000") is ChipVerdict.MESSAGING_BROKEN


@pytest.mark.parametrize(
    "point", ["04" + "11" * 64, "00" * 65, "04" + "FF" * 64, "02" + "11" * 64, "00"]
)
def test_what_is_no_point_is_refused(point: str) -> None:
    for step, tag in ((2, 0x82), (3, 0x84)):
        size = len(point) // 2
        answer = f"7C{size + 2:02X}{tag:02X}{size:02X}{point}9000"
        assert verdict_of(G1, step, answer) is ChipVerdict.UNSUPPORTED


@pytest.mark.parametrize("answer", ["6A80", "9000", "7C009000", "7C1280FF9000", "7C038001009000"])
def test_a_nonce_that_is_none_is_refused(answer: str) -> None:
    assert verdict_of(G1, 1, answer) is ChipVerdict.UNSUPPORTED


def test_a_nonce_of_one_block_of_3des_is_one() -> None:
    passport = personalise(
        ICAO["TD3"], Profile(bac=False, pace=(PaceOffer(suite=Suite.DES3),), portrait=False)
    )
    nonce = iter([bytes(range(8))])
    chip = Chip(passport, random=lambda size: next(nonce, None) or secrets.token_bytes(size))
    (info,) = parse(passport.outside[CARD_ACCESS]).pace
    key = MrzKey.of("L898902C3", "740812", "120415")
    open_pace(Channel(link_to(chip), 60.0, clock=Clock()), info, key, secrets.token_bytes)
    assert next(nonce, None) is None, "the short nonce was given"


def test_a_warning_of_few_tries_does_not_stop_the_key_from_being_tried() -> None:
    exchanges = [list(exchange) for exchange in G1["apdus"]]
    exchanges[0][1] = "63C2"
    assert run(G1, exchanges).domain.name == "brainpoolP256r1"
    assert verdict_of(G1, 0, "63C0") is ChipVerdict.DELAYED
    assert verdict_of(G1, 0, "6A88") is ChipVerdict.UNSUPPORTED


def test_the_parameters_are_named_where_several_share_a_protocol_and_the_can_is_password_2() -> (
    None
):
    sent: list[bytes] = []

    def refuse(apdu: bytes) -> bytes:
        sent.append(apdu)
        return bytes.fromhex("6A80")

    can = CanKey.of("123456")
    with pytest.raises(ChipError):
        open_pace(channel(refuse), info_of(G1), can, chance(), ambiguous=True)
    assert sent == [bytes.fromhex("0022C1A412800A04007F0007020204020283010284010D")]


@pytest.mark.parametrize("size", [261, 1000])
def test_the_larger_residues_need_a_reader_that_carries_them(size: int) -> None:
    def info(parameters: int, kind: str, mapping: Mapping = Mapping.GENERIC) -> PaceInfo:
        return PaceInfo(b"", kind, mapping, Suite.AES128, parameters)

    abilities = Abilities(largest_command=size, largest_response=size)
    assert supported(info(0, "DH"), abilities)
    assert supported(info(1, "DH"), abilities) is (size == 1000)
    assert supported(info(18, "ECDH"), abilities)
    assert not supported(info(13, "DH"), abilities)
    assert not supported(info(7, "ECDH"), abilities)
    assert not supported(info(10, "ECDH", Mapping.INTEGRATED), abilities)
    assert supported(info(15, "ECDH", Mapping.INTEGRATED), abilities)


def test_a_public_key_has_no_zero_in_front_which_some_chips_would_leave_out() -> None:
    group = STANDARDIZED[0]
    zero = next(private for private in range(1, 5000) if not group.public(private)[0])
    example = EXAMPLES["pace_dh_gm_appendix_g2"]
    answers = [bytes.fromhex(answer) for _, answer in example["apdus"][:2]] + [b"\x6a\x80"]
    sent: list[bytes] = []

    def answer(apdu: bytes) -> bytes:
        sent.append(apdu)
        return answers.pop(0)

    key = MrzKey.of(*example["mrz"])
    with pytest.raises(ChipError):
        open_pace(channel(answer), info_of(example), key, chance(zero, 5))
    assert sent[-1][11:-1] == group.public(5)


@pytest.mark.parametrize("suite", Suite)
@pytest.mark.parametrize("number", [0, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18])
def test_every_nonce_leads_to_a_generator_by_the_integrated_mapping(
    number: int, suite: Suite
) -> None:
    # Both branches of the point encoding, each on about half of the nonces.
    domain = STANDARDIZED[number]
    nonces = [bytes([value]) * (32 if suite.key_size > 16 else 16) for value in range(6)]
    mapped = {
        integrated(domain, suite, nonce, b"\x5a" * suite.key_size).public(1) for nonce in nonces
    }
    assert len(mapped) == len(nonces)


def test_a_nonce_shorter_than_the_key_and_a_curve_without_encoding_lead_nowhere() -> None:
    with pytest.raises(ValueError, match="shorter"):
        integrated(STANDARDIZED[13], Suite.AES256, bytes(16), bytes(32))
    nonces = [bytes([value]) * 16 for value in range(4)]
    failures = 0
    for nonce in nonces:
        try:
            integrated(STANDARDIZED[10], Suite.AES128, nonce, bytes(16))
        except ValueError:
            failures += 1
    assert failures
