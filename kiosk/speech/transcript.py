"""A record of what was spoken, so that a test can listen: JSON lines, none of it on a kiosk."""

import json
import time
from pathlib import Path
from typing import IO

from kiosk.speech.utterance import Utterance


class Transcript:
    """Appends a line for every utterance once it is over."""

    def __init__(self, file: Path) -> None:
        """OSError when the file cannot be written."""
        self._lines: IO[str] = file.open("a", encoding="utf-8", buffering=1)
        self._begun = time.monotonic()

    def write(self, utterance: Utterance, interrupted: bool) -> None:
        """`at` is the second, since the kiosk was started, at which the utterance was over."""
        row = {
            "at": round(time.monotonic() - self._begun, 3),
            "language": utterance.language,
            "text": utterance.text,
            "interrupted": interrupted,
        }
        print(json.dumps(row, ensure_ascii=False), file=self._lines)

    def close(self) -> None:
        """Nothing more is written."""
        self._lines.close()
