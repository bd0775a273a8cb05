"""Turns over catalogues: .po as a translator sends it, .mo as the running kiosk reads it."""

# ruff: noqa: PT017 - these are no tests of pytest's

import io
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kiosk.language import About, Language, plain
from kiosk.pack_checks import _of_message
from kiosk.packs import PackError, compile_catalogue, read_catalogue
from kiosk.places import Folders
from kiosk.reading import ConfigError

_FOLDER = tempfile.TemporaryDirectory(prefix="kiosk-fuzz-")
_SITE = Path(_FOLDER.name)
_PACK = _SITE / "languages" / "sv"
_PO, _MO = _PACK / "LC_MESSAGES" / "kiosk.po", _PACK / "LC_MESSAGES" / "kiosk.mo"
SENTENCES = ("Start over", "Open now, until {time}", "Step {number} of {count}")
_VALUES = {"time": "20:00", "number": 3, "count": 17}
_PO.parent.mkdir(parents=True, exist_ok=True)
(_PACK / "language.toml").write_text('name = "Svenska"\n', encoding="utf-8")
_HEAD = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: sv\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
_TEXTS = (
    '#: screens/keys.py\nmsgid "Start over"\nmsgstr "Börja om"\n',
    'msgid "Open now, until {time}"\nmsgstr "Öppet nu, till {time}"\n\n'
    '#, fuzzy\nmsgid "Step {number} of {count}"\nmsgstr "Steg {number} av {count}"\n',
    'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "en"\nmsgstr[1] "flera"\n\n'
    '#~ msgid "a"\n#~ msgstr "b"\n',
    'msgctxt "key"\nmsgid ""\n"Step "\n"{number} of {count}"\nmsgstr "{number!r:>9} {missing}"\n',
)


def fuzz_po(data: bytes) -> None:
    """A .po file to its faults, and compiled; what was compiled is what the kiosk then says."""
    _PO.write_bytes(data)
    try:
        catalogue = read_catalogue(_PO)
    except PackError as error:
        assert error.args
        return
    about = About("Svenska")
    faults = [fault for message in catalogue for fault in _of_message(message, about)]
    assert all(fault.told for fault in faults)
    with suppress(PackError):
        compile_catalogue(_PO)
        fuzz_mo(_MO.read_bytes())


def fuzz_mo(data: bytes) -> None:
    """A compiled catalogue: every sentence can be said, or the language is refused."""
    _MO.write_bytes(data)
    try:
        language = Language("sv", Folders(_SITE / "kiosk.toml"), {})
    except ConfigError as error:
        assert str(error).isprintable()
        return
    for sentence in SENTENCES:
        said = language.say(sentence, **_VALUES)
        assert isinstance(said, str)
        assert isinstance(language.say(sentence), str)
    assert language.say("", time="1") == ""
    assert plain(plain("\x1b[2J")) == plain("\x1b[2J")


TARGETS = {"po": fuzz_po, "mo": fuzz_mo}


@cache
def seeds(target: str) -> list[bytes]:
    """Small catalogues, whole and with faults that a translator makes."""
    texts = [_HEAD + text for text in (*_TEXTS, "\n".join(_TEXTS[:2]))]
    if target == "po":
        return [text.encode() for text in texts]
    return [_compiled(text) for text in texts]


def _compiled(text: str) -> bytes:
    made = io.BytesIO()
    write_mo(made, read_po(io.BytesIO(text.encode())), use_fuzzy=True)
    return made.getvalue()
