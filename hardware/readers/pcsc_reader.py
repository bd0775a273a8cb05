"""The chip readers that the system's PC/SC service (pcscd) drives; needs pyscard (`.[pcsc]`)."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from hardware import tap
from hardware.chip_link import (
    Abilities,
    CancelledError,
    ContactLostError,
    DeadlineError,
    NoChipError,
)
from hardware.errors import HardwareError, Reason
from hardware.readers.pcsc_answers import Atr, largest_data, read_atr, tlv_control
from hardware.verdicts import ChipVerdict, Role

NO_SERVICE = 0x8010001D
NO_SMARTCARD = 0x8010000C
UNRESPONSIVE_CARD = 0x80100066
REMOVED_CARD = 0x80100069

_REASONS = {
    0x80100003: Reason.SERVICE_DOWN,  # invalid handle: the service was started anew
    0x80100006: Reason.SERVICE_DOWN,  # no memory: what pcsc-lite says when the service is leaving
    0x8010000A: Reason.TIMEOUT,
    0x8010000B: Reason.BUSY,  # sharing violation
    0x80100013: Reason.SERVICE_DOWN,  # communication with the service broke
    NO_SERVICE: Reason.SERVICE_DOWN,
    0x8010001E: Reason.SERVICE_DOWN,  # service stopped
    0x80100027: Reason.DENIED,  # no access
    0x8010006A: Reason.DENIED,  # security violation: polkit does not let this user in
    0x80100009: Reason.LOST,  # unknown reader
    0x80100017: Reason.LOST,  # reader unavailable
    0x8010002E: Reason.LOST,  # no readers available
}
_CHIP_GONE = {NO_SMARTCARD, UNRESPONSIVE_CARD, REMOVED_CARD, 0x80100068, 0x80100067, 0x80100016}
# The last three: the card was reset, has no power, the exchange was not done.
_SERVICE_GONE = {code for code, reason in _REASONS.items() if reason is Reason.SERVICE_DOWN}

_GET_FEATURES = 3400  # the control code of CM_IOCTL_GET_FEATURE_REQUEST (PC/SC part 10, 2.2)
_STATUS_WORD = 2  # bytes
_POLL = 0.05  # seconds between two looks at `cancelled` while a call blocks
_SETTLED = 500  # milliseconds within which pcscd has seen that a chip is gone
_WINDOW = 4.0  # seconds for a chip to be powered up, at least


class PcscReader:
    """The readers whose PC/SC name contains `address`, all when it is empty.

    Where a device shows several slots, the first with a contactless chip is taken; a slot for a
    security module (SAM) only when `address` names it. A chip is held exclusively.
    """

    role: ClassVar[Role] = Role.READER

    def __init__(self, address: str) -> None:
        self._address = address
        self._context: Any = None

    def open(self, timeout: float) -> None:
        """Reach the service and look for the reader; `HardwareError` says why not."""
        self.close()
        self._renew()
        if not self._readers():
            self.close()
            raise HardwareError(Reason.ABSENT)

    @property
    def identity(self) -> str:
        """The names of the readers that are meant, as the service has them from the devices."""
        return ", ".join(self._readers()) if self._context is not None else ""

    def close(self) -> None:
        """Leave the service."""
        context, self._context = self._context, None
        if context is not None:
            with suppress(Exception):
                _scard().SCardReleaseContext(context)

    def connect(self, timeout: float, cancelled: Callable[[], bool]) -> "PcscLink":
        """Look once for a chip and link to it.

        pcscd itself looks for chips every 0.4 s. A service that was started anew is reached again
        here; `SERVICE_DOWN` when it is not there, `BUSY` when another program holds the chip.
        """
        if self._context is None:
            raise HardwareError(Reason.LOST)
        if cancelled():
            raise CancelledError
        name, mute = self._find()
        if mute:
            raise NoChipError(ChipVerdict.MUTE)
        link = PcscLink(name, cancelled)
        try:
            link.connect(max(timeout, _WINDOW))
        except NoChipError:
            # Most likely it was just taken away, which pcscd has not seen yet.
            self._wait_for_change(name)
            self._find()
            raise
        except BaseException:
            link.close()
            raise
        return link

    def _renew(self) -> None:
        self.close()
        self._context = _context()

    def _readers(self) -> list[str]:
        """The names of our readers; the service is reached anew when it has gone."""
        result, names = _scard().SCardListReaders(self._context, [])
        if _code(result) in _SERVICE_GONE:
            self._renew()
            result, names = _scard().SCardListReaders(self._context, [])
        if _code(result) and _REASONS.get(_code(result)) is not Reason.LOST:
            raise _failure(result)
        return [
            name
            for name in names or []
            if self._address in name and ("SAM" in self._address or "SAM" not in name)
        ]

    def _wait_for_change(self, name: str) -> None:
        scard = _scard()
        asked = [(name, scard.SCARD_STATE_UNAWARE)]
        _, states = scard.SCardGetStatusChange(self._context, 0, asked)
        known = [(name, state & ~scard.SCARD_STATE_CHANGED) for name, state, _ in states]
        scard.SCardGetStatusChange(self._context, _SETTLED, known)

    def _find(self) -> tuple[str, bool]:
        """The reader with a chip, and whether it is mute; `NoChipError` when none has one."""
        scard = _scard()
        names = self._readers()
        if not names:
            raise HardwareError(Reason.LOST)
        asked = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
        result, states = scard.SCardGetStatusChange(self._context, 0, asked)
        if _code(result) and _REASONS.get(_code(result)) is not Reason.TIMEOUT:
            raise _failure(result)
        verdict, silent = ChipVerdict.NONE, ""
        for name, state, atr in states:
            if state & scard.SCARD_STATE_MUTE:
                silent = silent or name
            elif state & scard.SCARD_STATE_PRESENT:
                told = read_atr(bytes(atr))
                if told is not None and told.contactless and not told.memory:
                    return name, False
                verdict = ChipVerdict.NOT_ISO_DEP
        if silent and verdict is ChipVerdict.NONE:
            return silent, True
        raise NoChipError(verdict)


@dataclass(frozen=True, slots=True)
class _Connected:
    """A chip that the service lets us use."""

    context: Any
    card: Any
    protocol: int


class PcscLink:
    """The chip on one reader; a `ChipLink`.

    The service's calls block for as long as the reader driver likes. Each is made in a thread of
    its own, so that `timeout` and `cancelled` hold here; a call that was given up goes on until
    the driver returns, and only then is the chip let go of. Until then it is `BUSY`.
    """

    def __init__(self, name: str, cancelled: Callable[[], bool]) -> None:
        self._name = name
        self._cancelled = cancelled
        self._connected: _Connected | None = None
        self._pending: Future[Any] | None = None
        self._broken = False
        self._abilities = Abilities()

    @property
    def abilities(self) -> Abilities:
        """From the ATR, and from what the reader says of itself (PC/SC part 10 section 2.6.14)."""
        return self._abilities

    def connect(self, timeout: float) -> None:
        """Take the chip exclusively; `NoChipError` when it went meanwhile or stays mute."""
        scard = _scard()
        context = _context()
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        exclusive = scard.SCARD_SHARE_EXCLUSIVE
        try:
            result, card, protocol = self._within(
                timeout, lambda: scard.SCardConnect(context, self._name, exclusive, protocols)
            )
        except (CancelledError, DeadlineError):
            self._when_done(lambda: _let_go(context, None))
            raise
        if _code(result):
            _let_go(context, None)
            raise _no_chip(result)
        self._connected = _Connected(context, card, protocol)
        self._learn(card)

    def transmit(self, apdu: bytes, timeout: float) -> bytes:
        """As in `ChipLink`; `HardwareError` when reader or service fail."""
        scard = _scard()
        connected = self._usable()
        t0 = connected.protocol == scard.SCARD_PROTOCOL_T0
        header = scard.SCARD_PCI_T0 if t0 else scard.SCARD_PCI_T1
        result, response = self._within(
            timeout, lambda: scard.SCardTransmit(connected.card, header, list(apdu))
        )
        self._check(result)
        if len(response) < _STATUS_WORD:  # what vpcd makes of a chip that is taken away
            self._broken = True
            raise ContactLostError
        return bytes(response)

    def reconnect(self, timeout: float) -> None:
        """As in `ChipLink`: power off and on; `HardwareError` when reader or service fail."""
        scard = _scard()
        connected = self._connected
        if connected is None or self._is_blocked():
            raise ContactLostError
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, protocol = self._within(
            timeout,
            lambda: scard.SCardReconnect(
                connected.card, scard.SCARD_SHARE_EXCLUSIVE, protocols, scard.SCARD_UNPOWER_CARD
            ),
        )
        self._check(result)
        self._connected = _Connected(connected.context, connected.card, protocol)
        self._learn(connected.card)
        self._broken = False

    def close(self) -> None:
        """Take the power from the chip and let go of it, at once or when the driver returns."""
        connected, self._connected = self._connected, None
        if connected is not None:
            self._when_done(lambda: _let_go(connected.context, connected.card))

    def _usable(self) -> _Connected:
        if self._connected is None or self._broken or self._is_blocked():
            raise ContactLostError
        return self._connected

    def _is_blocked(self) -> bool:
        return self._pending is not None and not self._pending.done()

    def _check(self, result: int) -> None:
        """Raise what the result of a call on the chip means."""
        code = _code(result)
        if not code:
            return
        self._broken = True
        # Some drivers say "reader unavailable" also when it is the chip that was taken away.
        if code in _CHIP_GONE or (_REASONS.get(code) is Reason.LOST and self._reader_is_there()):
            raise ContactLostError
        if code in _REASONS:
            raise _failure(result)
        raise ContactLostError

    def _reader_is_there(self) -> bool:
        assert self._connected
        result, names = _scard().SCardListReaders(self._connected.context, [])
        return not _code(result) and self._name in names

    def _learn(self, card: Any) -> None:
        scard = _scard()
        result, *status = scard.SCardStatus(card)
        atr = bytes(status[3]) if not _code(result) else b""
        told = read_atr(atr) or Atr(b"", False, False)
        data = largest_data(self._properties(card))
        if data > 256:
            # Header, extended Lc and Le around the data (ISO/IEC 7816-4 section 5.2).
            sizes = (4 + 3 + min(data, 65535) + 2, min(data, 65536) + _STATUS_WORD)
            self._abilities = Abilities(told.historical_bytes, *sizes, atr=atr)
        else:
            self._abilities = Abilities(told.historical_bytes, atr=atr)

    def _properties(self, card: Any) -> bytes:
        """What the reader says of itself, empty when it says nothing."""
        scard = _scard()
        result, features = scard.SCardControl(card, scard.SCARD_CTL_CODE(_GET_FEATURES), [])
        control = tlv_control(bytes(features)) if not _code(result) else None
        if control is None:
            return b""
        result, properties = scard.SCardControl(card, control, [])
        return bytes(properties) if not _code(result) else b""

    def _within(self, timeout: float, call: Callable[[], Any]) -> Any:
        """The result of a call that may block; `DeadlineError` or `CancelledError` without it."""
        if self._cancelled():
            raise CancelledError
        deadline = time.monotonic() + timeout
        future: Future[Any] = Future()
        self._pending = future

        def run() -> None:
            try:
                future.set_result(call())
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        while True:
            left = deadline - time.monotonic()
            try:
                return future.result(max(0.0, min(_POLL, left)))
            except TimeoutError:
                pass
            if self._cancelled():
                self._broken = True
                raise CancelledError
            if left <= 0:
                self._broken = True
                raise DeadlineError

    def _when_done(self, act: Callable[[], None]) -> None:
        if self._pending is None:
            act()
        else:
            self._pending.add_done_callback(lambda _: act())


def _scard() -> Any:
    """The PC/SC calls as pyscard has them; they return a result code and what else there is."""
    try:
        from smartcard import scard
    except (ImportError, OSError) as missing:
        raise HardwareError(Reason.LIBRARY_MISSING) from missing
    if tap.listened():
        from hardware.readers.pcsc_tap import Listened

        return Listened(scard)
    return scard


def _context() -> Any:
    scard = _scard()
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if _code(result):
        raise _failure(result)
    return context


def _let_go(context: Any, card: Any) -> None:
    scard = _scard()
    with suppress(Exception):
        if card is not None:
            scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
        scard.SCardReleaseContext(context)


def _code(result: int) -> int:
    """A result code as the standard writes it; pyscard's is signed on some machines."""
    return result & 0xFFFFFFFF


def _failure(result: int) -> HardwareError:
    return HardwareError(_REASONS.get(_code(result), Reason.MALFORMED))


def _no_chip(result: int) -> Exception:
    code = _code(result)
    if code in (NO_SMARTCARD, REMOVED_CARD):
        return NoChipError(ChipVerdict.NONE)
    return _failure(result) if code in _REASONS else NoChipError(ChipVerdict.MUTE)
