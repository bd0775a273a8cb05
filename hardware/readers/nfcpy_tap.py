"""Lets the frames between nfcpy and its devices pass the tap; nfcpy has no place for it."""

import socket
from functools import wraps
from typing import Any

from nfc.clf import transport, udp

from hardware import tap


def attach() -> None:
    """Changes nfcpy's own ways to a device, once and for all in this process.

    For one that makes a recording: everywhere else nfcpy is as its makers wrote it.
    """
    for wire in (transport.TTY, transport.USB):
        if not hasattr(wire.write, "__wrapped__"):
            wire.write, wire.read = _said(wire.write), _heard(wire.read)
    if not hasattr(udp.Device._create_socket, "__wrapped__"):
        udp.Device._create_socket = _on_datagrams(udp.Device._create_socket)


def _said(write: Any) -> Any:
    @wraps(write)
    def writing(wire: Any, frame: bytes, *rest: Any, **named: Any) -> Any:
        tap.said(bytes(frame))
        return write(wire, frame, *rest, **named)

    return writing


def _heard(read: Any) -> Any:
    @wraps(read)
    def reading(wire: Any, *rest: Any, **named: Any) -> Any:
        frame = read(wire, *rest, **named)
        tap.heard(bytes(frame or b""))
        return frame

    return reading


def _on_datagrams(create: Any) -> Any:
    @wraps(create)
    def creating(device: Any) -> None:
        create(device)
        if not isinstance(device.socket, _Datagrams):
            device.socket = _Datagrams(fileno=device.socket.detach())

    return creating


class _Datagrams(socket.socket):
    """The socket of nfcpy's `udp` device."""

    def sendto(self, data: Any, *address: Any) -> int:
        tap.said(bytes(data))
        return super().sendto(data, *address)

    def recvfrom(self, *sizes: Any) -> tuple[bytes, Any]:
        data, sender = super().recvfrom(*sizes)
        tap.heard(data)
        return data, sender
