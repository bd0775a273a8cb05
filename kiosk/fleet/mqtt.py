"""The port to the broker: MQTT 5 by aiomqtt, which no other module knows."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Literal
from urllib.parse import urlsplit

import aiomqtt
import msgspec
from aiomqtt import MqttError
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from kiosk.fleet.reports import LARGEST
from kiosk.text import plain

KEEPALIVE = 10
"""Seconds after which the broker is asked whether it is there; after 15 it misses us."""
WILL_DELAY = 3
"""Seconds that the broker waits before it tells of a loss: who comes back so soon was not lost."""
PATIENCE = 5.0
"""Seconds for the broker to answer."""
MOST_WAITING = 500
"""Messages that wait to be read; what comes beyond that is dropped, not kept in memory."""
_PACKET = LARGEST + 1024

# What the library logs names topics, and comes for every lost connection.
_LOG = logging.getLogger("kiosk.fleet.library")
_LOG.setLevel(logging.CRITICAL)


class PortError(Exception):
    """The broker cannot be reached, or no more; the message is for a technician."""


class Broker(msgspec.Struct, frozen=True):
    """Where the broker is and who we are."""

    url: str
    """`mqtts://HOST:PORT`, `unix:/PATH` of a bridge on this machine, `mqtt://` for measurements."""
    ca: Path | None
    certificate: Path | None
    key: Path | None
    client_id: str
    """The common name of the certificate: the broker takes no other."""


class Message(msgspec.Struct, frozen=True):
    """What came in."""

    topic: str
    payload: bytes
    retained: bool
    """Whether it had been there before we asked for it."""


class Will(msgspec.Struct, frozen=True):
    """What the broker says of us when it has lost us; it is retained."""

    topic: str
    payload: bytes


class Port:
    """One connection, for as long as it lasts."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client

    async def publish(
        self, topic: str, payload: bytes, retain: bool = False, expires: int | None = None
    ) -> None:
        """Returns when the broker has it (QoS 1); `PortError` where that is not known.

        It may then be sent all the same: whoever reads it must know a copy. `expires`: in seconds.
        """
        properties = Properties(PacketTypes.PUBLISH)
        if expires is not None:
            properties.MessageExpiryInterval = expires
        with _waiting():
            await self._client.publish(topic, payload, qos=1, retain=retain, properties=properties)

    async def subscribe(self, filters: Sequence[str]) -> None:
        """Asks for these topics, and once more for what is retained under them."""
        if not filters:
            return
        options = SubscribeOptions(qos=1)
        with _waiting():
            await self._client.subscribe([(one, options) for one in filters])

    async def unsubscribe(self, filters: Sequence[str]) -> None:
        """Asks for these topics no more, unless another filter has them."""
        with _waiting():
            await self._client.unsubscribe(list(filters))

    async def messages(self) -> AsyncIterator[Message]:
        """What comes in; `PortError` when the connection is lost.

        A reader that waits between two of them loses what comes beyond `MOST_WAITING`.
        """
        try:
            async for message in self._client.messages:
                yield _message(message)
                # The library hands on one in each round of the loop and takes in three: what came
                # with it is taken here, else a console would lose most of ten thousand states.
                while not self._client._queue.empty():
                    yield _message(self._client._queue.get_nowait())
        except MqttError as error:
            raise _port_error(error) from error


class _Client(aiomqtt.Client):
    """Connects in a thread that nobody has to wait for.

    The library uses one of asyncio's, for which asyncio waits at its end: a broker that does not
    answer would keep the kiosk from leaving for 5 seconds.
    """

    async def reach(self) -> None:
        """Finds the broker and shakes hands; `OSError` where that cannot be."""
        loop = asyncio.get_running_loop()
        reached: asyncio.Future[None] = loop.create_future()

        def end(error: Exception | None) -> None:
            if reached.cancelled():
                return
            if error is None:
                reached.set_result(None)
            else:
                reached.set_exception(error)

        def work() -> None:
            error = None
            try:
                super(_Client, self)._client_connect()
            except Exception as told:
                error = told
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(end, error)

        Thread(target=work, name="broker", daemon=True).start()
        await reached

    def _client_connect(self) -> None:
        """Of the library, in asyncio's thread: it has been done."""


@asynccontextmanager
async def connected(
    broker: Broker, will: Will | None, filters: Sequence[str], session_expiry: int = 0
) -> AsyncIterator[Port]:
    """A connection that has asked for these topics; `PortError` where there is none to be had.

    `session_expiry`: for how many seconds the broker keeps what comes while we are away; of such a
    connection nothing is dropped.
    """
    try:
        client = _client(broker, will, session_expiry)
        await client.reach()
        async with client:
            port = Port(client)
            await port.subscribe(filters)
            yield port
    except (MqttError, OSError) as error:
        if leaving():
            raise asyncio.CancelledError from error
        raise _port_error(error) from error


def _client(broker: Broker, will: Will | None, session_expiry: int) -> _Client:
    """A new one each time: one that was lost sends what it had queued, whenever it comes back."""
    place = urlsplit(broker.url)
    unix = place.scheme == "unix"
    transport: Literal["unix", "tcp"] = "unix" if unix else "tcp"
    connecting = Properties(PacketTypes.CONNECT)
    connecting.MaximumPacketSize = _PACKET
    connecting.SessionExpiryInterval = session_expiry
    client = _Client(
        hostname=place.path if unix else place.hostname or "",
        port=0 if unix else place.port or 8883,
        identifier=broker.client_id,
        protocol=aiomqtt.ProtocolVersion.V5,
        transport=transport,
        will=_will(will),
        clean_start=not session_expiry,
        properties=connecting,
        keepalive=KEEPALIVE,
        timeout=PATIENCE,
        # What the broker has kept is acknowledged as it comes, all at once and before anybody reads
        # it: dropped, it would be lost for good. The broker's own limit bounds it.
        max_queued_incoming_messages=0 if session_expiry else MOST_WAITING,
        tls_context=_tls(broker) if place.scheme == "mqtts" else None,
        # Else small messages wait for each other (Nagle), which costs up to 70 ms.
        socket_options=None if unix else [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        logger=_LOG,
    )
    # Of a connection that broke while it was made nobody asks why: asyncio would complain of that.
    client._disconnected.add_done_callback(lambda lost: lost.cancelled() or lost.exception())
    return client


def _message(taken: aiomqtt.Message) -> Message:
    payload = taken.payload if isinstance(taken.payload, bytes) else b""
    return Message(str(taken.topic), payload, bool(taken.retain))


def _will(will: Will | None) -> aiomqtt.Will | None:
    if will is None:
        return None
    properties = Properties(PacketTypes.WILLMESSAGE)
    properties.WillDelayInterval = WILL_DELAY
    return aiomqtt.Will(will.topic, will.payload, qos=1, retain=True, properties=properties)


def _tls(broker: Broker) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=broker.ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if broker.certificate is not None:
        context.load_cert_chain(broker.certificate, broker.key)
    return context


def _port_error(error: Exception) -> PortError:
    return PortError(plain(" ".join(str(error).split()))[:200] or type(error).__name__)


@contextmanager
def _waiting() -> Iterator[None]:
    """While the library waits for the broker: its errors become ours, and no cancellation is lost.

    It waits by `asyncio.wait_for`, which up to Python 3.11 forgets a cancellation that comes
    together with the answer (python/cpython, issue 86296).
    """
    before = _cancellations()
    try:
        yield
    except MqttError as error:
        raise _port_error(error) from error
    if _cancellations() > before:
        raise asyncio.CancelledError


def leaving() -> bool:
    """Whether this task was cancelled: a connection that breaks meanwhile must not hide that."""
    return _cancellations() > 0


def _cancellations() -> int:
    task = asyncio.current_task()
    return task.cancelling() if task is not None else 0


def lost(errors: BaseExceptionGroup[PortError]) -> PortError | asyncio.CancelledError:
    """What tasks on one connection have met: that it was lost, or that we are to leave.

    `asyncio.TaskGroup` tells of their errors alone where one fails as it is cancelled.
    """
    if leaving():
        return asyncio.CancelledError()
    inner = errors.exceptions[0]
    return lost(inner) if isinstance(inner, BaseExceptionGroup) else PortError(str(inner))
