"""Commands to the chip one after another: counted, within one deadline, protected once agreed."""

import time
from collections.abc import Callable
from typing import Protocol

from hardware.chip_link import Abilities, CancelledError, ChipLink, DeadlineError, ProtocolError
from hardware.emrtd.apdu import Command, MalformedApduError, Response
from hardware.emrtd.ciphers import Suite

STEP = 6.0
"""Seconds for one command; older chips take 4 to 6 s for a step of PACE."""


class Protection(Protocol):
    """Secure messaging: wraps each command, unwraps each response (`ChipError` when it is bad)."""

    @property
    def suite(self) -> Suite:
        """Its cipher, on which depends how much of a file one response holds."""

    def protect(self, command: Command) -> Command:
        """The command as it goes over the air."""

    def unprotect(self, response: Response) -> Response:
        """What the chip meant, its MAC checked."""


class Channel:
    """One reading of one chip over one link.

    `protection` is None until a session is agreed. `deadline` is a time of `clock`; `cancelled` is
    asked before each command.
    """

    def __init__(
        self,
        link: ChipLink,
        deadline: float,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link = link
        self._deadline = deadline
        self._cancelled = cancelled
        self.clock = clock
        self.protection: Protection | None = None
        self.commands = 0
        """How many command APDUs were sent."""
        self.bytes_sent = 0
        self.bytes_received = 0

    @property
    def abilities(self) -> Abilities:
        """What card and reader can do."""
        return self._link.abilities

    def send(self, command: Command, timeout: float = STEP) -> Response:
        """The chip's response, protected both ways where a session is agreed.

        Raises `LinkError`, and `ChipError` (MESSAGING_BROKEN) for a response that is not protected
        as it must be. A status word of its own is no error: it is in the response.
        """
        sent = self.protection.protect(command) if self.protection else command
        response = self._transmit(sent.encode(), timeout)
        return self.protection.unprotect(response) if self.protection else response

    def reconnect(self) -> None:
        """Reset the chip: the session is gone. Raises `LinkError`."""
        self.protection = None
        self._link.reconnect(min(STEP, self._left()))

    def _transmit(self, apdu: bytes, timeout: float) -> Response:
        answer = self._link.transmit(apdu, min(timeout, self._left()))
        self.commands += 1
        self.bytes_sent += len(apdu)
        self.bytes_received += len(answer)
        try:
            return Response.parse(answer)
        except MalformedApduError as malformed:
            raise ProtocolError from malformed

    def _left(self) -> float:
        if self._cancelled():
            raise CancelledError
        left = self._deadline - self.clock()
        if left <= 0:
            raise DeadlineError
        return left
