"""A passport's chip that shares no line with ours: its protocols are libeac3's and libmrtd's.

`Passport.answer` is a card: files, SELECT, READ BINARY, PACE and basic access control, secure
messaging (ICAO Doc 9303 parts 10 and 11, ISO/IEC 7816-4). It is stricter than a chip has to be,
and refuses what known chips refuse: SELECT of the master file, and Le where no answer is due.

As a script it plays what stdin describes, see `play`. Tests start it by file name, in a process of
its own: hence it imports its neighbours without a package, and nothing of this project.
"""

import json
import os
import sys
from typing import Any, NamedTuple, Protocol

import libeac3
import libmrtd
import signing

APPLICATION = bytes.fromhex("A0000002471001")
CARD_ACCESS = 0x011C

OK, WRONG_LENGTH, SECURITY, CONDITIONS = 0x9000, 0x6700, 0x6982, 0x6985
WRONG_DATA, NOT_FOUND, WRONG_PARAMETERS, UNKNOWN = 0x6A80, 0x6A82, 0x6A86, 0x6D00
NO_OBJECT, BAD_OBJECT, KEY_WRONG, PAST_THE_END = 0x6987, 0x6988, 0x6300, 0x6B00


class RefusedError(Exception):
    """The command is answered with this status word and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


class Asked(NamedTuple):
    """One command, taken apart; `ne` None: no answer is asked for."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes
    ne: int | None


class Session(Protocol):
    """What protects messages: libeac3's `Agreement` or libmrtd's `Access`."""

    @property
    def block(self) -> int: ...

    def count(self) -> None: ...
    def pad(self, data: bytes) -> bytes: ...
    def encrypt(self, data: bytes) -> bytes: ...
    def decrypt(self, data: bytes) -> bytes: ...
    def checksum(self, padded: bytes) -> bytes: ...


class Passport:
    """The chip. `number`, `birth` and `expiry` are its document's, `files` by their identifiers.

    `pace` is mapping, cipher and number of the domain parameters, None for a chip that has basic
    access control alone. `chip_key` is cipher, number of the curve and private key for chip
    authentication, in DER; `active_key` is `RSA` or `ECDSA` and the file of the private key for
    active authentication.
    """

    def __init__(
        self,
        files: dict[int, bytes],
        number: str,
        birth: str,
        expiry: str,
        can: str = "",
        pace: tuple[str, str, int] | None = None,
        bac: bool = True,
        chip_key: tuple[str, int, bytes] | None = None,
        active_key: tuple[str, str] | None = None,
    ) -> None:
        self._files = dict(files)
        self._information = with_check_digits(number, birth, expiry)
        self._can = can
        self._pace = pace
        self._bac = bac
        self._chip_key = chip_key
        self._active_key = active_key
        if pace:
            self._files[CARD_ACCESS] = _card_access(*pace)
        self.power_off()

    def power_off(self) -> None:
        """All that was agreed on is gone."""
        self._session: Session | None = None
        self._next_session: Session | None = None
        self._chip_authentication = False
        self._agreement: libeac3.Agreement | None = None
        self._access: libmrtd.Access | None = None
        self._step = 0
        self._ours = b""
        self._in_application = False
        self._file = b""

    def answer(self, apdu: bytes) -> bytes:
        """The response to one command."""
        try:
            asked = _asked(apdu)
            if asked.cla & 0x0C == 0x0C:
                return self._protected(asked)
            if self._session:
                self.power_off()  # a command in the clear ends a session
            data, status = self._carry_out(asked), OK
        except RefusedError as refused:
            data, status = b"", refused.status
        return data + status.to_bytes(2)

    def _protected(self, asked: Asked) -> bytes:
        session = self._session
        if not session:
            raise RefusedError(NO_OBJECT)
        session.count()
        try:
            plain = _opened(session, asked)
        except (RefusedError, libeac3.PeerError):
            self.power_off()
            raise RefusedError(BAD_OBJECT) from None
        try:
            data, status = self._carry_out(plain), OK
        except RefusedError as refused:
            data, status = b"", refused.status
        if self._session is not session:
            raise RefusedError(CONDITIONS)
        session.count()
        objects = b""
        if data:
            odd = plain.ins & 1
            sealed = session.encrypt(data)
            objects = wrap(0x85, sealed) if odd else wrap(0x87, b"\x01" + sealed)
        objects += wrap(0x99, status.to_bytes(2))
        answer = objects + wrap(0x8E, session.checksum(session.pad(objects)))
        if self._next_session:
            self._session, self._next_session = self._next_session, None
        return answer + status.to_bytes(2)

    def _carry_out(self, asked: Asked) -> bytes:
        match asked.ins:
            case 0xA4:
                return self._select(asked)
            case 0xB0 | 0xB1:
                return self._read(asked)
            case 0x84 if self._bac:
                return self._challenge(asked)
            case 0x82 if self._bac:
                return self._authenticate(asked)
            case 0x22 if self._session and self._chip_key:
                return self._set_chip_key(asked, self._chip_key)
            case 0x86 if self._session and self._chip_key:
                return self._agree_by_chip_key(asked, self._chip_key)
            case 0x88 if self._session and self._active_key:
                return self._prove(asked)
            case 0x22 if self._pace:
                return self._set(asked)
            case 0x86 if self._pace:
                return self._general(asked)
        raise RefusedError(UNKNOWN)

    def _select(self, asked: Asked) -> bytes:
        if asked.p2 != 0x0C:
            raise RefusedError(WRONG_PARAMETERS)
        if asked.ne is not None:
            raise RefusedError(WRONG_LENGTH)
        if asked.p1 == 0x04:
            if asked.data != APPLICATION:
                raise RefusedError(NOT_FOUND)
            self._in_application = True
            self._file = b""
        elif asked.p1 == 0x02:
            self._file = self._open(int.from_bytes(asked.data))
        else:
            raise RefusedError(WRONG_PARAMETERS)
        return b""

    def _open(self, identifier: int) -> bytes:
        if identifier != CARD_ACCESS:
            if not self._in_application or identifier not in self._files:
                raise RefusedError(NOT_FOUND)
            if not self._session:
                raise RefusedError(SECURITY)
        if identifier not in self._files:
            raise RefusedError(NOT_FOUND)
        return self._files[identifier]

    def _read(self, asked: Asked) -> bytes:
        if asked.ne is None:
            raise RefusedError(WRONG_LENGTH)
        if asked.ins == 0xB1:
            offset = int.from_bytes(objects_in(asked.data).get(0x54, b""))
        elif asked.p1 & 0x80:
            self._file = self._open(0x0100 | asked.p1 & 0x1F)
            offset = asked.p2
        else:
            offset = asked.p1 << 8 | asked.p2
        if not self._file:
            raise RefusedError(0x6986)
        if offset >= len(self._file):
            raise RefusedError(PAST_THE_END)
        if asked.ins == 0xB0:
            return self._file[offset : offset + asked.ne]
        return wrap(0x53, self._file[offset : offset + asked.ne - 4])

    def _challenge(self, asked: Asked) -> bytes:
        if not self._in_application:
            raise RefusedError(CONDITIONS)
        if asked.ne != 8:
            raise RefusedError(WRONG_LENGTH)
        self._access = libmrtd.Access(self._information)
        return self._access.challenge()

    def _authenticate(self, asked: Asked) -> bytes:
        access, self._access = self._access, None
        if not access:
            raise RefusedError(CONDITIONS)
        answer = access.accept(asked.data)
        if answer is None:
            raise RefusedError(KEY_WRONG)
        self._session = access
        return answer

    def _set(self, asked: Asked) -> bytes:
        assert self._pace
        if (asked.p1, asked.p2) != (0xC1, 0xA4):
            raise RefusedError(WRONG_PARAMETERS)
        if asked.ne is not None:
            raise RefusedError(WRONG_LENGTH)
        objects = objects_in(asked.data)
        mapping, cipher, parameters = self._pace
        password = int.from_bytes(objects.get(0x83, b""))
        if objects.get(0x80) != libeac3.oid(mapping, cipher):
            raise RefusedError(WRONG_DATA)
        if objects.get(0x84, bytes([parameters])) != bytes([parameters]):
            raise RefusedError(WRONG_DATA)
        secrets = {libeac3.MRZ: as_card_code(self._information), libeac3.CAN: self._can.encode()}
        if not secrets.get(password):
            raise RefusedError(0x6A88)
        self._agreement = libeac3.Agreement(*self._pace, password, secrets[password])
        self._step = 0
        return b""

    def _general(self, asked: Asked) -> bytes:
        agreement, step = self._agreement, self._step
        if not agreement or asked.ne is None or asked.cla != (0x10 if step < 3 else 0x00):
            self._agreement = None
            raise RefusedError(CONDITIONS)
        self._step += 1
        sent = objects_in(objects_in(asked.data).get(0x7C, b"\0"))
        tag = (None, 0x81, 0x83, 0x85)[step]
        if set(sent) != ({tag} if tag else set()):
            raise RefusedError(WRONG_DATA)
        try:
            return wrap(0x7C, self._stepped(agreement, step, sent.get(tag or 0, b"")))
        except (RefusedError, libeac3.PeerError) as failed:
            self._agreement = None
            raise RefusedError(getattr(failed, "status", WRONG_DATA)) from None

    def _stepped(self, agreement: libeac3.Agreement, step: int, theirs: bytes) -> bytes:
        match step:
            case 0:
                return wrap(0x80, agreement.encrypted_nonce())
            case 1:
                ours = agreement.mapping_data()
                agreement.map(theirs)
                return wrap(0x82, ours)
            case 2:
                ours = agreement.public_key()
                agreement.agree(theirs)
                return wrap(0x84, ours)
            case _:
                if not agreement.accepts(theirs):
                    raise RefusedError(KEY_WRONG)
                self._session = agreement
                return wrap(0x86, agreement.token())

    def _set_chip_key(self, asked: Asked, key: tuple[str, int, bytes]) -> bytes:
        """MSE:Set KAT agrees by itself, as 3DES wants it; MSE:Set AT only announces."""
        objects = objects_in(asked.data)
        wide = key[0] != libeac3.DES3
        if (asked.p1, asked.p2) != (0x41, 0xA4 if wide else 0xA6):
            raise RefusedError(WRONG_PARAMETERS)
        if not wide:
            self._agree(objects.get(0x91, b""), key)
            return b""
        if objects != {0x80: libeac3.chip_oid(key[0])}:
            raise RefusedError(WRONG_DATA)
        self._chip_authentication = True
        return b""

    def _agree_by_chip_key(self, asked: Asked, key: tuple[str, int, bytes]) -> bytes:
        announced, self._chip_authentication = self._chip_authentication, False
        if not announced:
            raise RefusedError(CONDITIONS)
        objects = objects_in(objects_in(asked.data).get(0x7C, b""))
        self._agree(objects.get(0x80, b""), key)
        return wrap(0x7C, b"")

    def _agree(self, theirs: bytes, key: tuple[str, int, bytes]) -> None:
        agreement = libeac3.ChipKey(*key)
        try:
            agreement.agree(theirs)
        except libeac3.PeerError:
            raise RefusedError(WRONG_DATA) from None
        self._next_session = agreement

    def _prove(self, asked: Asked) -> bytes:
        if len(asked.data) != 8 or asked.ne is None:
            raise RefusedError(WRONG_LENGTH)
        assert self._active_key
        kind, file = self._active_key
        return signing.SIGNERS[kind](asked.data, file)


def with_check_digits(number: str, birth: str, expiry: str) -> bytes:
    """The three fields that make a key, each with its check digit (weights 7, 3 and 1)."""
    return b"".join(
        (field + str(sum(map(_weighed, range(len(field)), field)) % 10)).encode()
        for field in (number.ljust(9, "<"), birth, expiry)
    )


def _weighed(at: int, character: str) -> int:
    return (7, 3, 1)[at % 3] * (0 if character == "<" else int(character, 36))


def as_card_code(information: bytes) -> bytes:
    """The code of a card with these fields where libeac3 looks for them."""
    code = bytearray(b"<" * 90)
    code[5:15], code[30:37], code[38:45] = information[:10], information[10:17], information[17:]
    return bytes(code)


def _card_access(mapping: str, cipher: str, parameters: int) -> bytes:
    number = wrap(0x02, bytes([parameters]))
    protocol = wrap(0x06, libeac3.oid(mapping, cipher))
    return wrap(0x31, wrap(0x30, protocol + wrap(0x02, b"\x02") + number))


def _opened(session: Session, asked: Asked) -> Asked:
    """The command in a protected one."""
    objects = objects_in(asked.data)
    header = bytes([asked.cla, asked.ins, asked.p1, asked.p2])
    covered = b"".join(wrap(tag, value) for tag, value in objects.items() if tag != 0x8E)
    padded = session.pad(header) + (session.pad(covered) if covered else b"")
    if session.checksum(padded) != objects.get(0x8E) or asked.ne is None:
        raise RefusedError(BAD_OBJECT)
    data = b""
    if 0x87 in objects:
        if objects[0x87][:1] != b"\x01" or asked.ins & 1:
            raise RefusedError(BAD_OBJECT)
        data = session.decrypt(objects[0x87][1:])
    elif 0x85 in objects:
        if not asked.ins & 1:
            raise RefusedError(BAD_OBJECT)
        data = session.decrypt(objects[0x85])
    le = objects.get(0x97)
    ne = None if le is None else int.from_bytes(le) or 256 ** len(le)
    return Asked(asked.cla & 0xF3, asked.ins, asked.p1, asked.p2, data, ne)


def _asked(apdu: bytes) -> Asked:
    """Header, length, data, length of the answer (ISO/IEC 7816-4 section 5.2), short or long."""
    if len(apdu) < 4:
        raise RefusedError(WRONG_LENGTH)
    cla, ins, p1, p2, *rest = apdu
    body = bytes(rest)
    wide = 2 if len(body) > 2 and body[0] == 0 else 1
    body = body[1:] if wide == 2 else body
    data = b""
    if len(body) > wide:
        size = int.from_bytes(body[:wide])
        data, body = body[wide : wide + size], body[wide + size :]
        if len(data) != size:
            raise RefusedError(WRONG_LENGTH)
    if len(body) not in (0, wide):
        raise RefusedError(WRONG_LENGTH)
    ne = (int.from_bytes(body) or 256**wide) if body else None
    return Asked(cla, ins, p1, p2, data, ne)


def wrap(tag: int, value: bytes) -> bytes:
    """An object: tag, length, value."""
    size = len(value)
    octets = (size.bit_length() + 7) // 8
    length = bytes([size]) if size < 128 else bytes([128 + octets]) + size.to_bytes(octets)
    return (bytes([tag]) if tag < 256 else tag.to_bytes(2)) + length + value


def objects_in(data: bytes) -> dict[int, bytes]:
    """The objects in a row, all with tags of one byte."""
    found, at = {}, 0
    try:
        while at < len(data):
            tag, size, at = data[at], data[at + 1], at + 2
            if size >= 128:
                octets = size - 128
                size, at = int.from_bytes(data[at : at + octets]), at + octets
            found[tag] = data[at : at + size]
            at += size
            if len(found[tag]) != size:
                raise RefusedError(WRONG_DATA)
    except IndexError:
        raise RefusedError(WRONG_DATA) from None
    return found


def described(description: dict[str, Any]) -> Passport:
    """The passport of a description in JSON: its files in hexadecimal, under such names."""
    files = {int(name, 16): bytes.fromhex(data) for name, data in description.pop("files").items()}
    pace = description.pop("pace", None)
    chip_key = description.pop("chip_key", None)
    return Passport(
        files,
        pace=tuple(pace) if pace else None,
        chip_key=(*chip_key[:2], bytes.fromhex(chip_key[2])) if chip_key else None,
        **description,
    )


def play() -> None:
    """Answers each line of stdin with one line, until stdin ends.

    A line is a command in hexadecimal, `off`, or a passport's description, which is laid down.
    """
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    passport: Passport | None = None
    for line in map(str.strip, sys.stdin):
        if line.startswith("{"):
            passport, answer = described(json.loads(line)), ""
        else:
            assert passport
            answer = ""
            if line == "off":
                passport.power_off()
            else:
                answer = passport.answer(bytes.fromhex(line)).hex()
        answers.write(answer + "\n")


if __name__ == "__main__":
    play()
