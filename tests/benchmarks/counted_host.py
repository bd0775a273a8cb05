"""The device host as it is, which also notes every look at a face.

Run as `python -m tests.benchmarks.counted_host SOCKET_FD DEVICES TRUST NOTES_FD`: as the host,
with the descriptor of a pipe behind. A note takes microseconds of the host's time.
"""

import os
import struct
import sys
import time
from typing import TYPE_CHECKING

from hardware import face_rehearsal, host
from hardware.messages import FromHost
from tests.benchmarks.numbered_frames import number_of

if TYPE_CHECKING:
    from hardware.face_rehearsal import Picture

NOTE = struct.Struct("=qdd")
"""The number of the frame (-1: it has none), when its look began, and when its hints were known."""

_notes = -1


class NotedWatch(face_rehearsal.Watch):
    """Notes when the looks began and were done."""

    def see(self, picture: "Picture") -> list[FromHost]:
        """As the watch says."""
        began = time.monotonic()
        said = super().see(picture)
        done = time.monotonic()
        number = number_of(picture)
        os.write(_notes, NOTE.pack(-1 if number is None else number, began, done))
        return said


if __name__ == "__main__":
    _notes = int(sys.argv.pop())
    face_rehearsal.Watch = NotedWatch  # type: ignore[misc]
    host.main()
