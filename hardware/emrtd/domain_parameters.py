"""The groups in which a chip agrees on keys: elliptic curves and residues modulo a prime.

ICAO Doc 9303 part 11 section 9.5.1 (standardized domain parameters), BSI TR-03110 part 3 A.2.1.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import ecdsa
from asn1crypto.core import ObjectIdentifier
from asn1crypto.keys import ECDomainParameters
from ecdsa.ellipticcurve import INFINITY, PointJacobi

from hardware.emrtd import tlv

Random = Callable[[int], bytes]


@dataclass(frozen=True)
class EcDomain:
    """A curve over a prime field, with the generator that is used on it.

    Public keys are uncompressed points (04, x, y); a shared secret is an x coordinate.
    """

    name: str
    curve: Any
    """The curve as the library `ecdsa` has it."""
    generator: Any
    kind = "ECDH"
    key_tag = 0x86
    """The tag of a public key of this kind in a template (TR-03110 part 3 D.3)."""

    @property
    def order(self) -> int:
        """The order of the generator."""
        return int(self.generator.order())

    @property
    def p(self) -> int:
        """The prime."""
        return int(self.curve.p())

    @property
    def coordinate_size(self) -> int:
        """Bytes of a coordinate."""
        return (self.p.bit_length() + 7) // 8

    @property
    def public_size(self) -> int:
        """Bytes of a public key."""
        return 1 + 2 * self.coordinate_size

    def generate(self, random: Random) -> int:
        """A private key, uniform but for less than one part in 2^64."""
        return int.from_bytes(random((self.order.bit_length() + 7) // 8 + 8)) % (self.order - 1) + 1

    def public(self, private: int) -> bytes:
        """The public key of a private one."""
        return self.encode(self.generator * private)

    def shared(self, private: int, public: bytes) -> bytes:
        """The x coordinate on which both sides agree; ValueError for a key that is no point."""
        return self.point_times(private, public)[1 : 1 + self.coordinate_size]

    def point_times(self, private: int, public: bytes) -> bytes:
        """A point times a number, encoded; ValueError for what is no point, and for infinity."""
        return self.encode(self.decode(public) * private)

    def mapped(self, nonce: int, public: bytes) -> "EcDomain":
        """This curve with the generator nonce * G + H, H a public key (4.4.3.3.1)."""
        return self.with_generator(self.encode(self.generator * nonce + self.decode(public)))

    def with_generator(self, point: bytes) -> "EcDomain":
        """This curve with another generator."""
        x, y = self._coordinates(point)
        # Without the order the library would take the slow way.
        return replace(self, generator=PointJacobi(self.curve, x, y, 1, self.order))

    def decode(self, public: bytes) -> Any:
        """The point; ValueError when it is not one of this curve."""
        x, y = self._coordinates(public)
        return PointJacobi(self.curve, x, y, 1, self.order)

    def encode(self, point: Any) -> bytes:
        """The point's bytes; ValueError for the one at infinity, which has none."""
        if point == INFINITY:
            raise ValueError("the point at infinity")
        size = self.coordinate_size
        return b"\4" + int(point.x()).to_bytes(size) + int(point.y()).to_bytes(size)

    def _coordinates(self, public: bytes) -> tuple[int, int]:
        size = self.coordinate_size
        if len(public) != self.public_size or public[0] != 4:
            raise ValueError("not an uncompressed point of this curve")
        x, y = int.from_bytes(public[1 : 1 + size]), int.from_bytes(public[1 + size :])
        # All curves here have cofactor 1: a point on the curve is in the group.
        if max(x, y) >= self.p or not self.curve.contains_point(x, y):
            raise ValueError("not a point of this curve")
        return x, y


@dataclass(frozen=True)
class DhDomain:
    """A subgroup of order q of the residues modulo p, with its generator.

    Public keys and shared secrets are numbers, as many bytes long as p.
    """

    name: str
    p: int
    g: int
    q: int
    kind = "DH"
    key_tag = 0x84

    @property
    def coordinate_size(self) -> int:
        """Bytes of a number modulo p."""
        return (self.p.bit_length() + 7) // 8

    @property
    def public_size(self) -> int:
        """Bytes of a public key."""
        return self.coordinate_size

    def generate(self, random: Random) -> int:
        """A private key, uniform but for less than one part in 2^64."""
        return int.from_bytes(random((self.q.bit_length() + 7) // 8 + 8)) % (self.q - 1) + 1

    def public(self, private: int) -> bytes:
        """The public key of a private one."""
        return self.encode(pow(self.g, private, self.p))

    def shared(self, private: int, public: bytes) -> bytes:
        """The number on which both sides agree; ValueError for a key outside the group."""
        return self.encode(pow(self.decode(public), private, self.p))

    def mapped(self, nonce: int, public: bytes) -> "DhDomain":
        """This group with the generator g^nonce * H (generic mapping, 4.4.3.3.1)."""
        generator = pow(self.g, nonce, self.p) * self.decode(public) % self.p
        return self.with_generator(self.encode(generator))

    def with_generator(self, number: bytes) -> "DhDomain":
        """This group with another generator."""
        return replace(self, g=self.decode(number))

    def decode(self, public: bytes) -> int:
        """The number; ValueError when it is 0, 1, p-1, or not of the subgroup."""
        number = int.from_bytes(public)
        if not 1 < number < self.p - 1 or pow(number, self.q, self.p) != 1:
            raise ValueError("not a number of this group")
        return number

    def encode(self, number: int) -> bytes:
        """The number's bytes, as many as p has; ValueError for 0, 1 and p-1."""
        if not 1 < number < self.p - 1:
            raise ValueError("not a number of this group")
        return number.to_bytes(self.coordinate_size)


Domain = EcDomain | DhDomain


def _number(*digits: str) -> int:
    return int("".join(digits), 16)


def _ec(name: str, curve: Any) -> EcDomain:
    return EcDomain(name, curve.curve, curve.generator)


_DH = {
    0: DhDomain(
        name="dh-1024-160",
        p=_number(
            "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A23D189838"
            "EF1E2EE652C013ECB4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFFD6FA"
            "E5644738FAA31A4FF55BCCC0A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A"
            "4371"
        ),
        g=_number(
            "A4D1CBD5C3FD34126765A442EFB99905F8104DD258AC507FD6406CFF14266D31266FEA1E5C41564B777E"
            "690F5504F213160217B4B01B886A5E91547F9E2749F4D7FBD7D3B9A92EE1909D0D2263F80A76A6A24C08"
            "7A091F531DBF0A0169B6A28AD662A4D18E73AFA32D779D5918D08BC8858F4DCEF97C2A24855E6EEB22B3"
            "B2E5"
        ),
        q=_number("F518AA8781A8DF278ABA4E7D64B7CB9D49462353"),
    ),
    1: DhDomain(
        name="dh-2048-224",
        p=_number(
            "AD107E1E9123A9D0D660FAA79559C51FA20D64E5683B9FD1B54B1597B61D0A75E6FA141DF95A56DBAF9A"
            "3C407BA1DF15EB3D688A309C180E1DE6B85A1274A0A66D3F8152AD6AC2129037C9EDEFDA4DF8D91E8FEF"
            "55B7394B7AD5B7D0B6C12207C9F98D11ED34DBF6C6BA0B2C8BBC27BE6A00E0A0B9C49708B3BF8A317091"
            "883681286130BC8985DB1602E714415D9330278273C7DE31EFDC7310F7121FD5A07415987D9ADC0A486D"
            "CDF93ACC44328387315D75E198C641A480CD86A1B9E587E8BE60E69CC928B2B9C52172E413042E9B23F1"
            "0B0E16E79763C9B53DCF4BA80A29E3FB73C16B8E75B97EF363E2FFA31F71CF9DE5384E71B81C0AC4DFFE"
            "0C10E64F"
        ),
        g=_number(
            "AC4032EF4F2D9AE39DF30B5C8FFDAC506CDEBE7B89998CAF74866A08CFE4FFE3A6824A4E10B9A6F0DD92"
            "1F01A70C4AFAAB739D7700C29F52C57DB17C620A8652BE5E9001A8D66AD7C17669101999024AF4D02727"
            "5AC1348BB8A762D0521BC98AE247150422EA1ED409939D54DA7460CDB5F6C6B250717CBEF180EB34118E"
            "98D119529A45D6F834566E3025E316A330EFBB77A86F0C1AB15B051AE3D428C8F8ACB70A8137150B8EEB"
            "10E183EDD19963DDD9E263E4770589EF6AA21E7F5F2FF381B539CCE3409D13CD566AFBB48D6C019181E1"
            "BCFE94B30269EDFE72FE9B6AA4BD7B5A0F1C71CFFF4C19C418E1F6EC017981BC087F2A7065B384B890D3"
            "191F2BFA"
        ),
        q=_number("801C0D34C58D93FE997177101F80535A4738CEBCBF389A99B36371EB"),
    ),
    2: DhDomain(
        name="dh-2048-256",
        p=_number(
            "87A8E61DB4B6663CFFBBD19C651959998CEEF608660DD0F25D2CEED4435E3B00E00DF8F1D61957D4FAF7"
            "DF4561B2AA3016C3D91134096FAA3BF4296D830E9A7C209E0C6497517ABD5A8A9D306BCF67ED91F9E672"
            "5B4758C022E0B1EF4275BF7B6C5BFC11D45F9088B941F54EB1E59BB8BC39A0BF12307F5C4FDB70C581B2"
            "3F76B63ACAE1CAA6B7902D52526735488A0EF13C6D9A51BFA4AB3AD8347796524D8EF6A167B5A41825D9"
            "67E144E5140564251CCACB83E6B486F6B3CA3F7971506026C0B857F689962856DED4010ABD0BE621C3A3"
            "960A54E710C375F26375D7014103A4B54330C198AF126116D2276E11715F693877FAD7EF09CADB094AE9"
            "1E1A1597"
        ),
        g=_number(
            "3FB32C9B73134D0B2E77506660EDBD484CA7B18F21EF205407F4793A1A0BA12510DBC15077BE463FFF4F"
            "ED4AAC0BB555BE3A6C1B0C6B47B1BC3773BF7E8C6F62901228F8C28CBB18A55AE31341000A650196F931"
            "C77A57F2DDF463E5E9EC144B777DE62AAAB8A8628AC376D282D6ED3864E67982428EBC831D14348F6F2F"
            "9193B5045AF2767164E1DFC967C1FB3F2E55A4BD1BFFE83B9C80D052B985D182EA0ADB2A3B7313D3FE14"
            "C8484B1E052588B9B7D2BBD2DF016199ECD06E1557CD0915B3353BBB64E0EC377FD028370DF92B52C789"
            "1428CDC67EB6184B523D1DB246C32F63078490F00EF8D647D148D47954515E2327CFEF98C582664B4C0F"
            "6CC41659"
        ),
        q=_number("8CF83642A709A097B447997640129DA299B1A47D1EB3750BA308B0FE64F5FBD3"),
    ),
}
"""The groups of RFC 5114 sections 2.1 to 2.3."""

_EC = {
    8: _ec("secp192r1", ecdsa.NIST192p),
    9: _ec("brainpoolP192r1", ecdsa.BRAINPOOLP192r1),
    10: _ec("secp224r1", ecdsa.NIST224p),
    11: _ec("brainpoolP224r1", ecdsa.BRAINPOOLP224r1),
    12: _ec("secp256r1", ecdsa.NIST256p),
    13: _ec("brainpoolP256r1", ecdsa.BRAINPOOLP256r1),
    14: _ec("brainpoolP320r1", ecdsa.BRAINPOOLP320r1),
    15: _ec("secp384r1", ecdsa.NIST384p),
    16: _ec("brainpoolP384r1", ecdsa.BRAINPOOLP384r1),
    17: _ec("brainpoolP512r1", ecdsa.BRAINPOOLP512r1),
    18: _ec("secp521r1", ecdsa.NIST521p),
}

STANDARDIZED: dict[int, Domain] = {**_DH, **_EC}
"""The domain parameters by their identifier (9.5.1, table 4 of Doc 9303 part 11)."""

_BY_OID = {
    "1.2.840.10045.3.1.1": 8,
    "1.3.36.3.3.2.8.1.1.3": 9,
    "1.3.132.0.33": 10,
    "1.3.36.3.3.2.8.1.1.5": 11,
    "1.2.840.10045.3.1.7": 12,
    "1.3.36.3.3.2.8.1.1.7": 13,
    "1.3.36.3.3.2.8.1.1.9": 14,
    "1.3.132.0.34": 15,
    "1.3.36.3.3.2.8.1.1.11": 16,
    "1.3.36.3.3.2.8.1.1.13": 17,
    "1.3.132.0.35": 18,
}


def curve_named_by(parameters: ECDomainParameters) -> EcDomain | None:
    """The curve of these parameters: named, or written out and the same as a named one in all.

    None where p, a, b, the generator and the order are not all those of a curve that we know:
    a signature over a look-alike curve proves nothing.
    """
    if parameters.name == "named":
        known = _BY_OID.get(parameters.chosen.dotted)
        return None if known is None else _EC[known]
    if parameters.name != "specified":
        return None
    told = parameters.chosen
    p = told["field_id"]["parameters"].native
    a, b = (int.from_bytes(told["curve"][name].native) for name in ("a", "b"))
    base, order = bytes(told["base"].native), told["order"].native
    for domain in _EC.values():
        curve = domain.curve
        if (curve.p(), curve.a() % curve.p(), curve.b() % curve.p()) == (p, a, b):
            same = order == domain.order and base in _spellings(domain)
            return domain if same else None
    return None


def _spellings(domain: EcDomain) -> tuple[bytes, bytes]:
    """The generator uncompressed and compressed (SEC 1 section 2.3.3)."""
    whole = domain.encode(domain.generator)
    return whole, bytes([2 + whole[-1] % 2]) + whole[1 : 1 + domain.coordinate_size]


_STANDARDIZED_OID = "0.4.0.127.0.7.1.2"
"""`standardizedDomainParameters` (TR-03110 part 3 A.2.1.1): the parameters are an identifier."""
_EC_OID = "1.2.840.10045.2.1"
_DH_OIDS = ("1.2.840.10046.2.1", "1.2.840.113549.1.3.1")


def public_key_domain(info: bytes) -> tuple[Domain, bytes] | None:
    """Group and public key of a SubjectPublicKeyInfo (DER), None where the group is not known.

    ValueError where it is none.
    """
    algorithm, bits = _parts(tlv.first(info))
    oid, parameters = _parts(algorithm)
    domain = _domain(ObjectIdentifier.load(tlv.wrap(oid.tag, oid.value)).dotted, parameters)
    if domain is None:
        return None
    public = bits.value[1:]
    if isinstance(domain, DhDomain):
        public = domain.encode(int.from_bytes(tlv.first(public).value))
    return domain, public


def _domain(oid: str, parameters: tlv.Tlv) -> Domain | None:
    if oid == _STANDARDIZED_OID:
        return STANDARDIZED.get(int.from_bytes(parameters.value))
    encoded = tlv.wrap(parameters.tag, parameters.value)
    if oid == _EC_OID:
        try:
            return curve_named_by(ECDomainParameters.load(encoded))
        # asn1crypto reads late, and what it raises for nonsense is not one family.
        except Exception as error:
            raise ValueError("not the parameters of a curve") from error
    if oid in _DH_OIDS:
        p, g = (int.from_bytes(part.value) for part in list(tlv.each(parameters.value))[:2])
        return next((group for group in _DH.values() if (group.p, group.g) == (p, g)), None)
    return None


def _parts(sequence: tlv.Tlv) -> tuple[tlv.Tlv, tlv.Tlv]:
    parts = list(tlv.each(sequence.value))
    if len(parts) != 2:
        raise ValueError("not a public key")
    return parts[0], parts[1]
