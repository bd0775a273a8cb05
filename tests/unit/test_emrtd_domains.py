"""The groups that keys are agreed on, and the lists in which a chip offers them."""

import pytest
from asn1crypto.keys import ECDomainParameters, PublicKeyInfo
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from hardware.emrtd.ciphers import Suite
from hardware.emrtd.domain_parameters import (
    STANDARDIZED,
    DhDomain,
    EcDomain,
    curve_named_by,
    public_key_domain,
)
from hardware.emrtd.errors import ChipError
from hardware.emrtd.security_infos import parse
from hardware.emrtd.tlv import wrap
from hardware.verdicts import ChipVerdict

CURVES = {number: each for number, each in STANDARDIZED.items() if isinstance(each, EcDomain)}
GROUPS = {number: each for number, each in STANDARDIZED.items() if isinstance(each, DhDomain)}
OTHERS = {  # the curves that `cryptography` has, too
    10: ec.SECP224R1(),
    12: ec.SECP256R1(),
    13: ec.BrainpoolP256R1(),
    15: ec.SECP384R1(),
    16: ec.BrainpoolP384R1(),
    17: ec.BrainpoolP512R1(),
    18: ec.SECP521R1(),
}


def stream(seed: int):  # type: ignore[no-untyped-def]
    return lambda size: (seed * 0x9E3779B97F4A7C15 ** (size // 8)).to_bytes(size * 3)[-size:]


def test_the_identifiers_are_those_of_the_table() -> None:
    assert sorted(STANDARDIZED) == [0, 1, 2, *range(8, 19)]
    assert CURVES[14].name == "brainpoolP320r1"
    assert [domain.coordinate_size for domain in STANDARDIZED.values()] == [
        128, 256, 256, 24, 24, 28, 28, 32, 32, 40, 48, 48, 64, 66
    ]  # fmt: skip


@pytest.mark.parametrize("number", STANDARDIZED)
def test_both_sides_agree_also_on_a_mapped_generator(number: int) -> None:
    domain = STANDARDIZED[number]
    mapped = domain.mapped(12345, domain.public(678))
    assert mapped.public(1) != domain.public(1)
    for group in (domain, mapped):
        ours, theirs = group.generate(stream(3)), group.generate(stream(7))
        assert ours != theirs
        secret = group.shared(ours, group.public(theirs))
        assert secret == group.shared(theirs, group.public(ours))
        assert len(secret) == group.coordinate_size
        assert len(group.public(ours)) == group.public_size


@pytest.mark.parametrize("number", OTHERS)
def test_curves_agree_with_those_of_cryptography(number: int) -> None:
    domain, private = CURVES[number], 0xC0FFEE
    key = ec.derive_private_key(private, OTHERS[number])
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert domain.public(private) == public
    other = ec.derive_private_key(0xDECAF, OTHERS[number])
    assert domain.shared(0xDECAF, public) == other.exchange(ec.ECDH(), key.public_key())


@pytest.mark.parametrize("number", GROUPS)
def test_residues_are_of_a_prime_subgroup(number: int) -> None:
    group = GROUPS[number]
    assert pow(group.g, group.q, group.p) == 1
    assert (group.p - 1) % group.q == 0
    for wrong in (0, 1, group.p - 1, group.p, group.p + group.g, 2):
        with pytest.raises(ValueError, match="group"):
            group.shared(5, wrong.to_bytes(group.coordinate_size + 1))


@pytest.mark.parametrize("number", CURVES)
def test_what_is_no_point_is_refused(number: int) -> None:
    domain = CURVES[number]
    good = domain.public(5)
    size = domain.coordinate_size
    beyond = b"\4" + (domain.p + 1).to_bytes(size + 1)[-size:] + good[1 + size :]
    wrong = [b"", b"\0", good[:-1], good + b"\0", b"\6" + good[1:], good[:-1] + b"\x55", beyond]
    for point in (*wrong, bytes(len(good)), b"\4" + b"\xff" * (2 * size)):
        with pytest.raises(ValueError, match="point"):
            domain.shared(7, point)
    with pytest.raises(ValueError, match="infinity"):
        domain.point_times(domain.order, good)
    inverse = domain.public(domain.order - 9)
    with pytest.raises(ValueError, match="infinity"):
        domain.mapped(9, inverse)


def explicit(domain: EcDomain, **changes: object) -> ECDomainParameters:
    size = domain.coordinate_size
    curve = domain.curve
    told: dict[str, object] = {
        "version": "ecdpVer1",
        "field_id": {"field_type": "prime_field", "parameters": domain.p},
        "curve": {
            "a": int(curve.a() % curve.p()).to_bytes(size),
            "b": int(curve.b() % curve.p()).to_bytes(size),
        },
        "base": domain.public(1),
        "order": domain.order,
        "cofactor": 1,
    }
    made = ECDomainParameters(name="specified", value={**told, **changes})
    return ECDomainParameters.load(made.dump())


@pytest.mark.parametrize("number", CURVES)
def test_parameters_written_out_are_those_of_the_named_curve_or_nobodys(number: int) -> None:
    domain = CURVES[number]
    assert curve_named_by(explicit(domain)) == domain
    base = domain.public(1)
    compressed = bytes([2 + base[-1] % 2]) + base[1 : 1 + domain.coordinate_size]
    assert curve_named_by(explicit(domain, base=compressed)) == domain
    assert curve_named_by(explicit(domain, base=domain.public(2))) is None
    assert curve_named_by(explicit(domain, order=domain.order + 2)) is None
    field = {"field_type": "prime_field", "parameters": domain.p + 2}
    assert curve_named_by(explicit(domain, field_id=field)) is None


def test_a_public_key_of_another_librarys_making() -> None:
    key = ec.derive_private_key(77, ec.BrainpoolP384R1()).public_key()
    found = public_key_domain(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    assert found == (CURVES[16], CURVES[16].public(77))
    unknown = ec.derive_private_key(77, ec.SECP256K1()).public_key()
    info = unknown.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert public_key_domain(info) is None


def explicit_key(domain: EcDomain) -> bytes:
    algorithm = {"algorithm": "ec", "parameters": explicit(domain)}
    info = PublicKeyInfo({"algorithm": algorithm, "public_key": domain.public(99)})
    return info.dump()  # type: ignore[no-any-return]


DG14 = bytes.fromhex(
    "3012060A04007F00070202030202020101020107"  # chip authentication ECDH AES-128, key 7
    "300F060A04007F00070202030101020101"  # and DH 3DES, without an identifier
    "301306066781080101050201010606040000000000"  # active authentication, of an odd kind
    "300D060804007F0007020202020101"  # terminal authentication: passed over
)


def test_what_a_chip_offers() -> None:
    key = wrap(0x30, bytes.fromhex("060904007F000702020102") + explicit_key(CURVES[9]) + b"\2\1\7")
    infos = parse(wrap(0x31, DG14 + key))
    first, second = infos.chip_authentication
    assert (first.kind, first.suite, first.version, first.key_id) == ("ECDH", Suite.AES128, 1, 7)
    assert (second.kind, second.suite, second.key_id) == ("DH", Suite.DES3, None)
    (found,) = infos.chip_keys
    assert (found.domain, found.public, found.key_id) == (CURVES[9], CURVES[9].public(99), 7)
    assert len(infos.active_authentication) == 1
    assert infos.pace == ()


def outcome(data: bytes) -> ChipVerdict | None:
    try:
        parse(data)
    except ChipError as malformed:
        return malformed.verdict
    return None


@given(st.data())
def test_damaged_lists_are_malformed_or_read_and_nothing_else(data: st.DataObject) -> None:
    key = wrap(0x30, bytes.fromhex("060904007F000702020102") + explicit_key(CURVES[12]))
    whole = bytearray(wrap(0x31, DG14 + key))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(bytes(whole)) in (None, ChipVerdict.FILE_MALFORMED)


@given(st.binary(max_size=64))
def test_nonsense_is_malformed_or_empty(junk: bytes) -> None:
    for data in (junk, wrap(0x31, junk), wrap(0x31, wrap(0x30, junk))):
        assert outcome(data) in (None, ChipVerdict.FILE_MALFORMED)
