"""The chip: answers command APDUs as an eMRTD does (ICAO Doc 9303 parts 10 and 11)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware.emrtd import tlv
from hardware.emrtd.apdu import SHORT, Command, MalformedApduError, Response
from hardware.simulated.contactless import EMRTD, TakenAwayError
from hardware.simulated.emrtd import bac, der, proofs
from hardware.simulated.emrtd.keys import Random
from hardware.simulated.emrtd.pace import Pace, PaceError
from hardware.simulated.emrtd.personalisation import CARD_ACCESS, CARD_SECURITY, Passport
from hardware.simulated.emrtd.session import (
    OBJECTS_MISSING,
    WRONG_LENGTH,
    MessagingError,
    Session,
)

MASTER_FILE = bytes.fromhex("3F00")
MRZ, CAN = b"\x01", b"\x02"

OK = 0x9000
END_OF_FILE = 0x6282
WRONG_KEY = 0x6300
CLASS_UNKNOWN = 0x6E00
INSTRUCTION_UNKNOWN = 0x6D00
SECURITY_NOT_SATISFIED = 0x6982
CONDITIONS_NOT_SATISFIED = 0x6985
NO_CURRENT_FILE = 0x6986
WRONG_DATA = 0x6A80
NOT_FOUND = 0x6A82
WRONG_PARAMETERS = 0x6A86
REFERENCE_NOT_FOUND = 0x6A88
WRONG_OFFSET = 0x6B00

_PROTECTED = 0x0C
_HARD_WORK = {0x82, 0x86, 0x88}
"""Instructions for which a chip has to reckon: EXTERNAL, GENERAL and INTERNAL AUTHENTICATE."""


@dataclass(frozen=True)
class Behaviour:
    """How a chip behaves apart from the rules."""

    taken_after: int | None = None
    """It is taken away, once, when it has sent so many bytes of files."""
    taken_every_time: bool = False
    """And again after as many more, each time."""
    effort: float = 0.0
    """Seconds for each command that it has to reckon for."""
    denied: dict[int, int] = field(default_factory=dict)
    """Status words with which it refuses files of the application, by identifier."""
    naked: bool = False
    """It answers without protection from the first file on."""
    largest_read: int = SHORT
    """READ BINARY for more bytes in short form is refused (6700)."""
    wrong_key: int = WRONG_KEY
    """What it says to a wrong key."""
    master_file: bool = True
    """Whether the master file can be selected; Danish passports fall silent there."""


STRAIGHT = Behaviour()


class _RefusedError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


class Chip:
    """One document's chip. `answer` takes command APDUs one after another; see `power_off`."""

    def __init__(
        self,
        passport: Passport,
        behaviour: Behaviour = STRAIGHT,
        *,
        random: Random = secrets.token_bytes,
    ) -> None:
        self.passport = passport
        self._behaviour = behaviour
        self._random = random
        self._sent = 0
        self._taken = False
        self.effort = 0.0
        """Seconds that the last command would have taken a real chip; the wire has to wait them."""
        self._instructions: dict[int, Callable[[Command], bytes]] = {
            0xA4: self._select,
            0xB0: self._read,
            0xB1: self._read_odd,
            0x84: self._challenge,
            0x82: self._external_authenticate,
            0x22: self._manage,
            0x86: self._general_authenticate,
            0x88: self._internal_authenticate,
        }
        self.power_off()

    def power_off(self) -> None:
        """The field is gone, and with it every session; files and keys stay."""
        self._session: Session | None = None
        self._next_session: Session | None = None
        self._in_application = False
        self._file: bytes | None = None
        self._file_id = 0
        self._nonce = b""
        self._pace: Pace | None = None
        self._chip_authentication = False

    def answer(self, command: bytes) -> bytes:
        """The response APDU; raises `TakenAwayError` when the document is just taken away."""
        try:
            parsed = Command.parse(command)
        except MalformedApduError:
            return Response(b"", WRONG_LENGTH).encode()
        self.effort = self._behaviour.effort if parsed.ins in _HARD_WORK else 0.0
        extended = len(command) > 5 and not command[4]
        if extended and not self.passport.profile.extended:
            return Response(b"", WRONG_LENGTH).encode()
        if parsed.cla & _PROTECTED or self._session:
            return self._protected(parsed, SHORT if not extended else parsed.ne).encode()
        return self._plain(parsed).encode()

    def _protected(self, command: Command, room: int) -> Response:
        session = self._session
        try:
            if session is None or command.cla & _PROTECTED != _PROTECTED:
                raise MessagingError(OBJECTS_MISSING)  # a plain command ends the session
            response = self._plain(session.unwrap(command))
        except MessagingError as failed:
            self._session = None
            return Response(b"", failed.status)
        if self._behaviour.naked and command.ins in (0xB0, 0xB1):
            return response
        wrapped = session.wrap(response, odd=bool(command.ins & 1), room=room)
        if self._next_session:
            self._session, self._next_session = self._next_session, None
        return wrapped

    def _plain(self, command: Command) -> Response:
        answer = self._instructions.get(command.ins)
        if command.cla & ~0x10:
            return Response(b"", CLASS_UNKNOWN)
        if answer is None:
            return Response(b"", INSTRUCTION_UNKNOWN)
        try:
            data = answer(command)
        except _RefusedError as refused:
            return Response(b"", refused.status)
        ended = command.ins in (0xB0, 0xB1) and len(data) < min(command.ne, SHORT)
        return Response(data, END_OF_FILE if ended else OK)

    # Files

    def _select(self, command: Command) -> bytes:
        match command.p1:
            case 0x00 if command.data in (MASTER_FILE, b""):
                if not self._behaviour.master_file:
                    raise TakenAwayError
                self._in_application, self._file = False, None
            case 0x04:
                if command.data != EMRTD:
                    raise _RefusedError(NOT_FOUND)
                self._in_application, self._file = True, None
            case 0x02 if len(command.data) == 2:
                self._open(int.from_bytes(command.data))
            case _:
                raise _RefusedError(WRONG_PARAMETERS)
        return b""

    def _open(self, name: int) -> None:
        files = self.passport.files if self._in_application else self.passport.outside
        free = not self._in_application and name == CARD_ACCESS
        if self._in_application and name in self._behaviour.denied:
            raise _RefusedError(self._behaviour.denied[name])
        if self._session is None and not free and (self._in_application or name == CARD_SECURITY):
            raise _RefusedError(SECURITY_NOT_SATISFIED)
        if name not in files:
            raise _RefusedError(NOT_FOUND)
        self._file, self._file_id = files[name], name

    def _read(self, command: Command) -> bytes:
        offset = command.p1 << 8 | command.p2
        if command.p1 & 0x80:
            self._open(self._by_short_id(command.p1 & 0x1F))
            offset = command.p2
        if command.ne > self._behaviour.largest_read and command.ne <= SHORT:
            raise _RefusedError(WRONG_LENGTH)
        return self._content(offset, command.ne)

    def _read_odd(self, command: Command) -> bytes:
        """With the offset as an object, which may be above 32,767 (ISO/IEC 7816-4 11.3.3)."""
        name = command.p1 << 8 | command.p2
        if name:
            self._open(self._by_short_id(name) if name <= 0x1E else name)
        try:
            offset = tlv.find(command.data, 0x54)
        except tlv.MalformedTlvError:
            offset = None
        if offset is None or len(offset) > 3:
            raise _RefusedError(WRONG_DATA)
        head = 2 if command.ne <= 0x81 else 3 if command.ne <= 0x102 else 4
        content = self._content(int.from_bytes(offset), command.ne - head)
        return tlv.wrap(0x53, content)

    def _by_short_id(self, short: int) -> int:
        return (0x0100 if self._in_application or short in (0x1C, 0x1D) else 0) | short

    def _content(self, offset: int, wanted: int) -> bytes:
        if self._file is None:
            raise _RefusedError(NO_CURRENT_FILE)
        if offset >= len(self._file) or wanted <= 0:
            raise _RefusedError(WRONG_OFFSET)
        content = self._file[offset : offset + wanted]
        if self._in_application:
            self._send(len(content))
        return content

    def _send(self, size: int) -> None:
        self._sent += size
        limit = self._behaviour.taken_after
        if limit is not None and self._sent > limit and not self._taken:
            self._taken = not self._behaviour.taken_every_time
            self._sent = 0
            raise TakenAwayError

    # Access

    def _challenge(self, command: Command) -> bytes:
        if not self._in_application:
            raise _RefusedError(CONDITIONS_NOT_SATISFIED)
        self._nonce = self._random(8)
        return self._nonce

    def _external_authenticate(self, command: Command) -> bytes:
        if not self.passport.profile.bac:
            raise _RefusedError(REFERENCE_NOT_FOUND)  # as German passports since 2023
        nonce, self._nonce = self._nonce, b""
        if not nonce:
            raise _RefusedError(CONDITIONS_NOT_SATISFIED)
        opened = bac.authenticate(self.passport.mrz_key.seed, nonce, command.data, self._random)
        if opened is None:
            raise _RefusedError(self._behaviour.wrong_key)
        answer, self._session = opened
        return answer

    def _manage(self, command: Command) -> bytes:
        """MSE: for PACE (C1A4) and for chip authentication (41A4, 41A6)."""
        try:
            objects = {item.tag: item.value for item in tlv.each(command.data)}
        except tlv.MalformedTlvError as malformed:
            raise _RefusedError(WRONG_DATA) from malformed
        match command.p1, command.p2:
            case 0xC1, 0xA4:
                self._begin_pace(objects)
            case 0x41, 0xA4:
                self._check_chip_authentication(objects, objects.get(0x80))
                self._chip_authentication, self._pace = True, None
            case 0x41, 0xA6:
                self._check_chip_authentication(objects, None)
                self._agree(objects.get(0x91, b""))
            case _:
                raise _RefusedError(WRONG_PARAMETERS)
        return b""

    def _begin_pace(self, objects: dict[int, bytes]) -> None:
        key = {MRZ: self.passport.mrz_key, CAN: self.passport.can_key}.get(objects.get(0x83, b""))
        if key is None:
            raise _RefusedError(REFERENCE_NOT_FOUND)
        meant = objects.get(0x84)
        offers = [
            offer
            for offer in self.passport.profile.pace
            if tlv.first(der.oid(offer.oid)).value == objects.get(0x80)
            and meant in (None, bytes([offer.parameter_id]))
        ]
        if len(offers) != 1:
            raise _RefusedError(WRONG_DATA if not offers else REFERENCE_NOT_FOUND)
        self._pace = Pace(offers[0], key.seed, self.passport.mapping_key, self._random)

    def _general_authenticate(self, command: Command) -> bytes:
        if self._pace:
            return self._step_pace(command, self._pace)
        if not self._chip_authentication:
            raise _RefusedError(CONDITIONS_NOT_SATISFIED)
        self._chip_authentication = False
        try:
            public = tlv.find(tlv.find(command.data, 0x7C) or b"", 0x80)
        except tlv.MalformedTlvError as malformed:
            raise _RefusedError(WRONG_DATA) from malformed
        self._agree(public or b"")
        return tlv.wrap(0x7C, b"")

    def _step_pace(self, command: Command, pace: Pace) -> bytes:
        try:
            answer = pace.step(command.data)
        except PaceError as failed:
            self._pace = None
            wrong = self._behaviour.wrong_key if failed.wrong_key else failed.status
            raise _RefusedError(wrong) from failed
        if pace.session:
            self._session, self._pace = pace.session, None
        return answer

    # Proofs

    def _check_chip_authentication(self, objects: dict[int, bytes], oid: bytes | None) -> None:
        """Refuses what is not the key, or not the protocol, that DG14 tells of."""
        key, profile = self.passport.chip_key, self.passport.profile
        if self._session is None or not self._in_application:
            raise _RefusedError(SECURITY_NOT_SATISFIED)
        wanted = None if profile.chip_key_id is None else bytes([profile.chip_key_id])
        if key is None or objects.get(0x84) != wanted:
            raise _RefusedError(REFERENCE_NOT_FOUND)
        protocol = self.passport.chip_protocol
        if protocol and oid is not None and tlv.first(der.oid(protocol)).value != oid:
            raise _RefusedError(WRONG_DATA)

    def _agree(self, public: bytes) -> None:
        key, suite = self.passport.chip_key, self.passport.profile.chip_authentication
        assert key
        assert suite
        try:
            # The answer to this command is under the old keys still (6.2.4.1).
            self._next_session = proofs.agree(key, suite, public)
        except ValueError as nonsense:
            raise _RefusedError(WRONG_DATA) from nonsense

    def _internal_authenticate(self, command: Command) -> bytes:
        key = self.passport.active_key
        if key is None:
            raise _RefusedError(INSTRUCTION_UNKNOWN)
        if self._session is None or len(command.data) != 8:
            raise _RefusedError(SECURITY_NOT_SATISFIED if not self._session else WRONG_LENGTH)
        return proofs.sign_challenge(key, command.data, self._random)
