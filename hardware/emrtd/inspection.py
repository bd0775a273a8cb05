"""One chip from the first command to the verdict: open it, read it, let it prove itself, check it.

ICAO Doc 9303 part 11 section 4 (access), part 10 section 3 (files), part 11 sections 5 and 6
(passive, active and chip authentication).
"""

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from hardware.chip_link import (
    CancelledError,
    ChipLink,
    ContactLostError,
    DeadlineError,
    LinkError,
    ProtocolError,
)
from hardware.emrtd import active_authentication, checks, chip_authentication, lds, sod
from hardware.emrtd.access import Opened, open_chip, presence
from hardware.emrtd.access_keys import AccessKey
from hardware.emrtd.apdu import SHORT
from hardware.emrtd.channel import Channel
from hardware.emrtd.checks import PASSED, Check, Checked, failed, not_done
from hardware.emrtd.errors import ChipError
from hardware.emrtd.files import SOD, File, FileReader, group, largest_response
from hardware.emrtd.judging import judge
from hardware.emrtd.security_infos import SecurityInfos, parse
from hardware.emrtd.trust import TrustStore
from hardware.mrz.parsing import MalformedCodeError
from hardware.mrz.parsing import parse as parse_code
from hardware.verdicts import CheckReason, ChipCheck, ChipPhase, ChipVerdict

DG1, DG2, DG14, DG15 = (group(number) for number in (1, 2, 14, 15))

_BEGINS_AT = {
    ChipPhase.CONNECTING: 0,
    ChipPhase.OPENING: 5,
    ChipPhase.READING: 35,
    ChipPhase.PROVING: 75,
    ChipPhase.CHECKING: 95,
}
"""Percent of a usual reading that are done when a phase begins."""
_USUAL_BYTES = 3000
"""Bytes of DG1, SOD, DG14 and DG15 of a usual document."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading is: its phase, and how much of the whole is done (0 to 100)."""

    phase: ChipPhase
    percent: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one chip; nothing in it is personal."""

    verdict: ChipVerdict
    phase: ChipPhase
    """Where the reading was when it ended."""
    access: str
    """`BAC`, `PACE ECDH-GM AES-256 brainpoolP256r1`, or empty where the chip was not opened."""
    checks: Checked
    country: str
    """The issuing state as DG1 writes it; empty where it was not read."""
    tries_left: int | None
    """How often the key may still be tried, where the chip said so."""
    commands: int
    """Command APDUs sent, all runs together."""
    bytes_moved: int
    """Bytes of all APDUs, both ways."""


class Inspection:
    """One document's chip; after it was taken away, another `run` goes on where the last ended.

    `key` None: it is only asked whether it is a travel document's. `code`: the lines that the
    scanner read, None where only the key is known. `trust` None: no country is known.
    `portrait`: read DG2, too, which only a technician asks for.
    """

    def __init__(
        self,
        key: AccessKey | None,
        code: Sequence[str] | None,
        trust: TrustStore | None,
        *,
        today: date,
        report: Callable[[Progress], None] = lambda progress: None,
        random: Callable[[int], bytes] = secrets.token_bytes,
        clock: Callable[[], float] = time.monotonic,
        portrait: bool = False,
    ) -> None:
        self._key = key
        self._code = code
        self._trust = trust
        self._today = today
        self._report = report
        self._random = random
        self._clock = clock
        self._wanted_portrait = portrait
        self._phase = ChipPhase.CONNECTING
        self._access = ""
        self._files: dict[File, bytes | None] = {}
        """What was read, None for a file that the chip has not got."""
        self._reader: FileReader | None = None
        self._longest = SHORT + 2
        """Bytes of the longest response that card and reader announce."""
        self._proofs: Checked = {}
        self._commands = self._bytes = 0

    @property
    def portrait(self) -> bytes | None:
        """DG2 as it was read; personal."""
        return self._files.get(DG2)

    def run(
        self, link: ChipLink, timeout: float, cancelled: Callable[[], bool] = lambda: False
    ) -> Result:
        """Reads over this link for `timeout` seconds at most; never raises for what a chip does."""
        channel = Channel(link, self._clock() + timeout, cancelled=cancelled, clock=self._clock)
        tries_left = None
        try:
            verdict = self._inspect_twice(channel)
        except ChipError as ended:
            verdict, tries_left = ended.verdict, ended.tries_left
        except LinkError as broken:
            verdict = _verdict_of(broken)
        self._commands += channel.commands
        self._bytes += channel.bytes_sent + channel.bytes_received
        return Result(
            verdict,
            self._phase,
            self._access,
            self._checked(),
            self._country(),
            tries_left,
            self._commands,
            self._bytes,
        )

    def _inspect_twice(self, channel: Channel) -> ChipVerdict:
        """Once more where the chip broke off its session because it was asked for too much."""
        try:
            return self._inspect(channel)
        except ChipError:
            if self._reader is None or not self._reader.asks_less:
                raise
            self._reader.asks_less = False
        channel.reconnect()
        return self._inspect(channel)

    def _inspect(self, channel: Channel) -> ChipVerdict:
        self._enter(ChipPhase.CONNECTING)
        if self._key is None:
            return ChipVerdict.ANSWERS if presence(channel) else ChipVerdict.NOT_EMRTD
        opened = self._open(channel, self._key)
        self._read(channel, opened)
        self._enter(ChipPhase.CHECKING)
        return judge(self._checked())

    def _open(self, channel: Channel, key: AccessKey) -> Opened:
        self._longest = largest_response(channel)
        self._enter(ChipPhase.OPENING)
        opened = open_chip(channel, key, self._random)
        self._access = opened.name
        if self._reader is None:
            self._reader = FileReader(channel, self._progress, extended=self._longest)
        else:
            self._reader.use(channel)
        return opened

    def _read(self, channel: Channel, opened: Opened) -> None:
        self._enter(ChipPhase.READING)
        signed = self._signed_groups()
        # DG1 first: with it alone there is something to say, should the document be taken away.
        if self._file(DG1) is None:
            raise ChipError(ChipVerdict.FILE_MISSING)
        infos = self._infos(signed)
        public_key = self._file(DG15) if 15 in signed else None
        if self._wanted_portrait:
            self._file(DG2)
        self._enter(ChipPhase.PROVING)
        self._prove(channel, opened, infos, public_key)

    def _signed_groups(self) -> frozenset[int]:
        """The groups that the document security object vouches for."""
        data = self._file(SOD)
        if data is None:
            return frozenset()
        with suppress(sod.MalformedSodError):
            return frozenset(sod.read(data).hashes)
        return frozenset()

    def _infos(self, signed: frozenset[int]) -> SecurityInfos:
        data = self._file(DG14) if 14 in signed else None
        with suppress(ChipError):
            if data is not None:
                return lds.dg14(data)
        return SecurityInfos()

    def _prove(
        self, channel: Channel, opened: Opened, infos: SecurityInfos, public_key: bytes | None
    ) -> None:
        """Active authentication first: a chip that fails the other one loses its session."""
        if ChipCheck.ACTIVE_AUTHENTICATION not in self._proofs:
            self._proofs[ChipCheck.ACTIVE_AUTHENTICATION] = self._actively(
                channel, infos, public_key
            )
        if ChipCheck.CHIP_AUTHENTICATION not in self._proofs:
            self._proofs[ChipCheck.CHIP_AUTHENTICATION] = self._by_chip_key(channel, opened, infos)

    def _actively(self, channel: Channel, infos: SecurityInfos, public_key: bytes | None) -> Check:
        if public_key is None:
            return not_done(CheckReason.NOT_THERE)
        try:
            key = lds.dg15(public_key)
        except ChipError:
            return failed(CheckReason.MALFORMED)
        return active_authentication.authenticate(
            channel, key, infos, self._random, longest=self._longest
        )

    def _by_chip_key(self, channel: Channel, opened: Opened, infos: SecurityInfos) -> Check:
        if self._is_proven_by_mapping(opened, infos):
            return PASSED
        return chip_authentication.authenticate(channel, infos, self._random, longest=self._longest)

    def _is_proven_by_mapping(self, opened: Opened, infos: SecurityInfos) -> bool:
        """Whether PACE showed that the chip has the private key for one that is vouched for.

        The key must be DG14's where that has any: a good EF.CardSecurity of one document says
        nothing of the groups of another. Else a known country must have signed it.
        """
        if opened.pace is None or not opened.pace.proof or opened.card_security is None:
            return False
        signature, issuer, content = checks.card_security(opened.card_security, self._trust)
        if signature != PASSED:
            return False
        try:
            keys = parse(content).chip_keys
        except ChipError:
            return False
        proven = {key.public for key in keys if opened.pace.proven_by(key.public)}
        signed = {key.public for key in infos.chip_keys}
        return bool(proven & signed) if signed else bool(proven) and issuer == PASSED

    def _file(self, file: File) -> bytes | None:
        """A file, read once; None where the chip has not got it."""
        assert self._reader is not None
        if file not in self._files:
            try:
                self._files[file] = self._reader.read(file)
            except ChipError as error:
                if error.verdict is not ChipVerdict.FILE_MISSING:
                    raise
                self._files[file] = None
        return self._files[file]

    def _checked(self) -> Checked:
        numbers = {DG1: 1, DG2: 2, DG14: 14, DG15: 15}
        groups = {numbers[f]: data for f, data in self._files.items() if data and f in numbers}
        unread = dict.fromkeys(ChipCheck, not_done(CheckReason.NOT_READ))
        passive = (
            checks.passive(self._files[SOD], groups, self._trust) if SOD in self._files else {}
        )
        lines = self._lines()
        return {
            **unread,
            **passive,
            **self._vouched(passive),
            ChipCheck.MATCHES_CODE: checks.matches_code(lines, self._code),
            ChipCheck.NOT_EXPIRED: checks.not_expired(lines, self._today),
        }

    def _vouched(self, passive: Checked) -> Checked:
        """The proofs; one by a key for which nobody vouches is none."""
        passive_checks = (ChipCheck.SOD_SIGNATURE, ChipCheck.GROUP_HASHES)
        vouched = all(passive.get(check) == PASSED for check in passive_checks)
        return {
            check: not_done(CheckReason.NOT_SIGNED) if proof == PASSED and not vouched else proof
            for check, proof in self._proofs.items()
        }

    def _lines(self) -> tuple[str, ...] | None:
        data = self._files.get(DG1)
        with suppress(ChipError):
            return lds.dg1(data) if data else None
        return None

    def _country(self) -> str:
        lines = self._lines()
        with suppress(MalformedCodeError):
            return parse_code(lines).issuer if lines else ""
        return ""

    def _enter(self, phase: ChipPhase) -> None:
        self._phase = phase
        self._report(Progress(phase, _BEGINS_AT[phase]))

    def _progress(self, read: int, whole: int) -> None:
        begun, ended = _BEGINS_AT[ChipPhase.READING], _BEGINS_AT[ChipPhase.PROVING]
        there = sum(len(data) for data in self._files.values() if data) + read
        percent = begun + (ended - begun) * min(there, _USUAL_BYTES) // _USUAL_BYTES
        self._report(Progress(ChipPhase.READING, percent))


def _verdict_of(broken: LinkError) -> ChipVerdict:
    match broken:
        case ContactLostError():
            return ChipVerdict.REMOVED
        case DeadlineError():
            return ChipVerdict.TIMEOUT
        case CancelledError():
            return ChipVerdict.CANCELLED
        case _:
            assert isinstance(broken, ProtocolError)
            return ChipVerdict.UNSTABLE
