"""OpenPACE as the terminal: opens a card by PACE, reads a file, and says what it read.

    python terminal.py

Each line of stdin that is a JSON object asks for one run: `pace` (mapping, cipher, number of the
domain parameters), `password` (1 code, 2 card access number), `secret`, and `file` (identifier).
Commands then go out as lines in hexadecimal, responses come back as such; the last line of a run
is `read` and the file in hexadecimal, or `refused` and the status word or what was wrong.
"""

import json
import os
import sys
from typing import Any, TextIO

import libeac3
from passport import APPLICATION, as_card_code, objects_in, with_check_digits, wrap

OK = 0x9000


class RefusedError(Exception):
    """The card does not do as it should."""


class Run:
    """One run over these answers and questions."""

    def __init__(self, commands: TextIO) -> None:
        self._commands = commands
        self._session: libeac3.Agreement | None = None

    def read(self, asked: dict[str, Any]) -> bytes:
        """Opens the card and reads the file."""
        mapping, cipher, group = asked["pace"]
        password = asked["password"]
        secret = asked["secret"].encode()
        if password == libeac3.MRZ:
            secret = as_card_code(with_check_digits(*asked["secret"].split()))
        agreement = libeac3.Agreement(mapping, cipher, group, password, secret)
        key = wrap(0x80, libeac3.oid(mapping, cipher)) + wrap(0x83, bytes([password]))
        self._send(bytes.fromhex("0022C1A4"), key + wrap(0x84, bytes([group])))
        agreement.take_nonce(self._step(0x10, b"", 0x80))
        agreement.map(self._step(0x10, wrap(0x81, agreement.mapping_data()), 0x82))
        ours = agreement.public_key()
        agreement.agree(self._step(0x10, wrap(0x83, ours), 0x84))
        if not agreement.accepts(self._step(0x00, wrap(0x85, agreement.token()), 0x86)):
            raise RefusedError("the card's token is wrong")
        self._session = agreement
        self._send(bytes.fromhex("00A4040C"), APPLICATION)
        self._send(bytes.fromhex("00A4020C"), bytes.fromhex(asked["file"]))
        return self._whole_file()

    def _whole_file(self) -> bytes:
        head = self._send(bytes.fromhex("00B00000"), ne=6)
        octets = head[1] - 128 if head[1] > 128 else 0
        size = int.from_bytes(head[2 : 2 + octets]) + 2 + octets if octets else head[1] + 2
        found = head[:size]
        while len(found) < size:
            offset = len(found).to_bytes(2)
            found += self._send(bytes.fromhex("00B0") + offset, ne=min(223, size - len(found)))
        return found

    def _step(self, cla: int, sent: bytes, wanted: int) -> bytes:
        answer = self._send(bytes([cla, 0x86, 0, 0]), wrap(0x7C, sent), 65536)
        return objects_in(objects_in(answer)[0x7C])[wanted]

    def _send(self, header: bytes, data: bytes = b"", ne: int | None = None) -> bytes:
        if not self._session:
            return self._over_the_air(_encoded(header, data, ne))
        return self._protected(self._session, header, data, ne)

    def _protected(
        self, session: libeac3.Agreement, header: bytes, data: bytes, ne: int | None
    ) -> bytes:
        session.count()
        header = bytes([header[0] | 0x0C]) + header[1:]
        objects = wrap(0x87, b"\x01" + session.encrypt(data)) if data else b""
        if ne is not None:
            objects += wrap(0x97, bytes([ne & 0xFF]))
        code = session.checksum(session.pad(header) + (session.pad(objects) if objects else b""))
        sent = objects + wrap(0x8E, code)
        answer = self._over_the_air(_encoded(header, sent, 256))
        session.count()
        found = objects_in(answer)
        covered = b"".join(wrap(tag, value) for tag, value in found.items() if tag != 0x8E)
        if session.checksum(session.pad(covered)) != found.get(0x8E):
            raise RefusedError("the checksum of an answer is wrong")
        if found.get(0x99) != OK.to_bytes(2):
            raise RefusedError(found.get(0x99, b"").hex())
        return session.decrypt(found[0x87][1:]) if 0x87 in found else b""

    def _over_the_air(self, command: bytes) -> bytes:
        self._commands.write(command.hex() + "\n")
        answer = bytes.fromhex(sys.stdin.readline())
        if answer[-2:] != OK.to_bytes(2):
            raise RefusedError(answer[-2:].hex())
        return answer[:-2]


def _encoded(header: bytes, data: bytes, ne: int | None) -> bytes:
    """A command, in short form where its data fits and no long answer is needed."""
    if len(data) < 256 and (ne is None or ne <= 256 or len(data) < 140):
        lc = bytes([len(data)]) if data else b""
        return header + lc + data + (b"" if ne is None else bytes([ne & 0xFF]))
    return header + b"\0" + len(data).to_bytes(2) + data + (ne or 0).to_bytes(3)[-2:]


def main() -> None:
    """Run after run, until stdin ends."""
    commands = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no command
    for line in iter(sys.stdin.readline, ""):
        try:
            answer = "read " + Run(commands).read(json.loads(line)).hex()
        except (RefusedError, libeac3.PeerError, KeyError) as failed:
            answer = f"refused {failed}"
        commands.write(answer + "\n")


if __name__ == "__main__":
    main()
