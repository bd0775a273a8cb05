"""What a kiosk has yet to tell: kept on the disk until the broker has it, in order."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

MOST = 50_000
"""Events that are kept: those of months without a broker. Beyond that the oldest go."""
KEPT = 7 * 86400
"""Seconds after which nobody wants to know any more."""


class Outbox:
    """A queue in a file of its own (SQLite). For one thread at a time."""

    def __init__(self, file: Path) -> None:
        """Opens it; one that is damaged is put aside. `OSError` or `sqlite3.Error` else."""
        try:
            self._database = _opened(file)
        # Of a damaged file sqlite3 cannot always decode what SQLite says.
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            file.replace(file.with_suffix(".damaged"))
            self._database = _opened(file)

    def put(self, payload: bytes) -> None:
        """Adds one at the end. `sqlite3.Error` where the disk takes no more."""
        with self._database:
            self._database.execute(
                "INSERT INTO waiting (at, payload) VALUES (?, ?)", (time.time(), payload)
            )
            self._database.execute(
                "DELETE FROM waiting WHERE number <= (SELECT max(number) FROM waiting) - ?", (MOST,)
            )

    def first(self, most: int = 50) -> list[tuple[int, bytes]]:
        """The oldest, each with its number for taking it out; what is too old or damaged goes."""
        with self._database:
            self._database.execute(
                "DELETE FROM waiting WHERE at < ? OR typeof(payload) <> 'blob'",
                (time.time() - KEPT,),
            )
        with closing(
            self._database.execute(
                # A damaged file may have rows that cannot be deleted.
                "SELECT number, payload FROM waiting WHERE typeof(payload) = 'blob'"
                " ORDER BY number LIMIT ?",
                (most,),
            )
        ) as rows:
            return list(rows)

    def take_out(self, number: int) -> None:
        """The broker has it."""
        with self._database:
            self._database.execute("DELETE FROM waiting WHERE number = ?", (number,))

    def __len__(self) -> int:
        """How many wait."""
        with closing(self._database.execute("SELECT count(*) FROM waiting")) as rows:
            return int(rows.fetchone()[0])

    def close(self) -> None:
        """Closes the file."""
        self._database.close()


def _opened(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=2.0, check_same_thread=False)
    try:
        # Safe against a crash of the program; the last moments before a power cut may be lost.
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(
            "CREATE TABLE IF NOT EXISTS waiting"
            " (number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, payload BLOB NOT NULL)"
        )
        database.commit()
    except BaseException:
        database.close()
        raise
    return database
