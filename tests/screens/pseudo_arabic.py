"""A language that runs from right to left, made up for tests: every sentence in invented words."""

import hashlib
import re
from pathlib import Path

from kiosk import packs
from kiosk.places import Folders, shipped
from screens.kit import Kit, load_kit
from tests.sites import site

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
LATIN = ("MitID", "NFC", "CPR")
"""Words that stay as they are, in Latin letters."""
MARKS = str.maketrans(",;?", "،؛؟")
_WORD = re.compile(r"\{[^{}]*\}|[^\W\d_]+")
NAME = "عربية"


def invented(sentence: str) -> str:
    """A sentence with an invented word for each of its own, as long; values stay as they are."""
    return _WORD.sub(_invented_word, sentence).translate(MARKS)


def _invented_word(found: re.Match[str]) -> str:
    word = found[0]
    if word.startswith("{") or word in LATIN:
        return word
    digest = hashlib.sha256(word.lower().encode()).digest()
    return "".join(LETTERS[digest[n % 32] % len(LETTERS)] for n in range(len(word)))


def folders(folder: Path, labels: bool = False) -> Folders:
    """A site that has this language beside Danish and English; `labels`: the app speaks it, too."""
    told = site(folder, "kiosk.toml", 'languages = ["da", "en"]', 'languages = ["da", "en", "ar"]')
    pack = packs.begin("ar", folder / "languages", Folders(shipped() / "kiosk.toml"), NAME)
    catalogue = packs.read_catalogue(pack / packs.CATALOGUE)
    for message in catalogue:
        if message.id:
            message.string = invented(str(message.id))
    packs._write(pack / packs.CATALOGUE, catalogue)
    packs.compile_catalogue(pack / packs.CATALOGUE)
    if labels:
        english = (shipped() / "languages/en/labels.toml").read_text()
        arabic = re.sub(r'text = "([^"]*)"', lambda m: f'text = "{invented(m[1])}"', english)
        (pack / packs.LABELS).write_text(arabic.replace("verified = true", "verified = false"))
    return told


def pseudo_kit(folder: Path, labels: bool = False) -> Kit:
    """What the kiosk of such a site reads when it starts."""
    return load_kit(folders(folder, labels))
