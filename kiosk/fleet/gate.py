"""The gate at which a kiosk looks at each command before it obeys.

The broker has looked at who sends it already. The kiosk trusts no broker: it looks at the
operator's own signature, at the time, at the visit, and whether the command was here before.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping

import msgspec
from cryptography.exceptions import InvalidSignature

from kiosk.fleet.commands import CONTEXT, MAY, OF_VISIT, Command, Signed
from kiosk.fleet.operators import Operator
from kiosk.fleet.reports import LARGEST, Refusal
from kiosk.fleet.topics import Place

SLACK = 5
"""Seconds by which a console's clock and the kiosk's may differ."""
_SIGNATURES = (100, 2.0)
"""So many signatures are looked at in so many seconds: 100 take about 10 ms."""
_COMMANDS = (20, 10.0)
"""So many commands of one operator are taken in so many seconds."""
_NONCES = 4096
"""More than can be valid at once: 65 seconds of 50 signatures each."""


class Refused(Exception):  # noqa: N818  # no error: what came of a judgement
    """The command is not obeyed; why, and the command where it could be read."""

    def __init__(self, why: Refusal, command: Command | None = None, proven: bool = False) -> None:
        super().__init__(why.value)
        self.why = why
        self.command = command
        self.proven = proven
        """Whether the operator's signature was right; if not, anybody may have sent it."""


class Gate:
    """What one kiosk remembers of the commands that came to it."""

    def __init__(
        self,
        place: Place,
        operators: Mapping[str, Operator],
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._place = place
        self._operators = operators
        self._now = now
        self._clock = clock
        self._nonces: dict[str, float] = {}
        self._signatures: deque[float] = deque()
        self._commands: dict[str, deque[float]] = {}

    def judge(self, payload: bytes, sid: str | None) -> Command:
        """The command, if it may be obeyed now; `sid` is the visit that is at the kiosk.

        Raises `Refused`, with the first reason in the order of `Refusal`. A command that comes too
        often is refused as busy when its turn comes: before its signature costs anything, or
        after.
        """
        envelope, command = _decoded(payload)
        if command.to != str(self._place):
            raise Refused(Refusal.ADDRESS, command)
        operator = self._operators.get(command.op)
        if operator is None:
            raise Refused(Refusal.UNKNOWN_OPERATOR, command)
        if not _has_room(self._signatures, self._clock(), *_SIGNATURES):
            raise Refused(Refusal.BUSY, command)
        try:
            operator.key.verify(envelope.signature, CONTEXT + bytes(envelope.command))
        except InvalidSignature as error:
            raise Refused(Refusal.SIGNATURE, command) from error
        for why in (self._timing(command), self._may(operator, command, sid)):
            if why is not None:
                raise Refused(why, command, proven=True)
        return command

    def _timing(self, command: Command) -> Refusal | None:
        """Whether it comes in time, for the first time, and not too often."""
        now = self._now()
        until = command.ts + command.ttl + SLACK
        if until <= now:
            return Refusal.EXPIRED
        if command.ts - SLACK > now:
            return Refusal.FUTURE
        if command.n in self._nonces:
            return Refusal.REPLAY
        if len(self._nonces) >= _NONCES:
            self._nonces = {n: end for n, end in self._nonces.items() if end > now}
        if len(self._nonces) >= _NONCES:
            # One that could not be remembered could be sent again.
            return Refusal.BUSY
        self._nonces[command.n] = until
        came = self._commands.setdefault(command.op, deque())
        return None if _has_room(came, self._clock(), *_COMMANDS) else Refusal.BUSY

    def _may(self, operator: Operator, command: Command, sid: str | None) -> Refusal | None:
        """Whether this operator may do that here, to the visit that is here."""
        if type(command.deed) not in MAY[operator.rank]:
            return Refusal.RANK
        if not operator.serves(self._place.centre):
            return Refusal.RANK
        if isinstance(command.deed, OF_VISIT):
            return None if sid is not None and command.sid == sid else Refusal.SESSION
        return None if command.sid in (None, sid) else Refusal.SESSION


def _decoded(payload: bytes) -> tuple[Signed, Command]:
    """What has come, with its command; only in the one form in which we write it.

    So no key can stand there twice, and nobody can hide anything between them.
    """
    if len(payload) > LARGEST:
        raise Refused(Refusal.OVERSIZED)
    try:
        envelope = msgspec.json.decode(payload, type=Signed)
        raw = bytes(envelope.command)
        command = msgspec.json.decode(raw, type=Command)
        same = msgspec.json.encode(command) == raw and msgspec.json.encode(envelope) == payload
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refused(Refusal.MALFORMED) from error
    if not same:
        raise Refused(Refusal.MALFORMED)
    return envelope, command


def _has_room(came: deque[float], now: float, most: int, seconds: float) -> bool:
    """Whether one more may come, which is counted then; one that is refused is not."""
    while came and came[0] <= now - seconds:
        came.popleft()
    if len(came) >= most:
        return False
    came.append(now)
    return True
