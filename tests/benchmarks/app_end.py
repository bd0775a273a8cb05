"""A device host with its looks noted, and the app's end of its socket, which is always quick."""

import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple, Self

import msgspec

from hardware.messages import (
    HEADER_SIZE,
    FaceCoached,
    FrameShown,
    PreviewFrame,
    Rehearse,
    decode_from_host,
    encode,
    length_of,
)
from hardware.resources import Resource
from hardware.verdicts import Rehearsal
from tests.benchmarks.counted_host import NOTE

PREVIEW = (67, 31)
"""Columns and rows that the live picture has on the screen of 120x40."""


class Look(NamedTuple):
    """One look at a face; times are CLOCK_MONOTONIC, s."""

    number: int
    """Of the frame; -1 if it carries none."""
    began: float
    done: float
    """When its hints were known."""


class AppEnd:
    """Starts the host as the app does, rehearses the face, and shows every preview at once."""

    def __init__(self, devices: Sequence[Resource]) -> None:
        self.looks: list[Look] = []
        self.coached: list[float] = []
        """When each hint that is to be shown had come."""
        self.previews = 0
        ours, theirs = socket.socketpair()
        self._socket = ours
        self._notes, notes = os.pipe()
        with theirs:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "tests.benchmarks.counted_host", str(theirs.fileno()),
                    msgspec.json.encode(list(devices)).decode(), "", str(notes),
                ],
                pass_fds=[theirs.fileno(), notes],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        os.close(notes)
        self._threads = [threading.Thread(target=run) for run in (self._hear, self._note)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        self._socket.sendall(encode(Rehearse(Rehearsal.FACE, *PREVIEW)))
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for thread in self._threads:
            thread.join()
        self._socket.close()
        os.close(self._notes)

    def wait_for_looks(self, number: int, timeout: float = 30.0) -> None:
        """Until there were so many looks; `TimeoutError` when there are not."""
        deadline = time.monotonic() + timeout
        while len(self.looks) < number:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise TimeoutError(f"{len(self.looks)} looks of the device host, not {number}")
            time.sleep(0.02)

    def _hear(self) -> None:
        with self._socket.makefile("rb") as stream:
            while header := stream.read(HEADER_SIZE):
                message = decode_from_host(stream.read(length_of(header)))
                if isinstance(message, PreviewFrame):
                    self.previews += 1
                    self._socket.sendall(encode(FrameShown(message.sequence)))
                elif isinstance(message, FaceCoached):
                    self.coached.append(time.monotonic())

    def _note(self) -> None:
        with os.fdopen(os.dup(self._notes), "rb") as stream:
            while len(note := stream.read(NOTE.size)) == NOTE.size:
                self.looks.append(Look(*struct.unpack(NOTE.format, note)))
