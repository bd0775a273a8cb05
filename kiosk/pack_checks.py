"""What is to be mended in a language pack, and how far it is: `kiosk language check`."""

import string
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
from babel.messages.catalog import Catalog
from rich.cells import cell_len

from kiosk.language import SOURCE, About, Labels, Status, Wording, load_labels, plain, read_about
from kiosk.packs import CATALOGUE, COMPILED, LABELS, PackError, locale_of, read_catalogue, sentences
from kiosk.places import Folders
from kiosk.plain_language import Measure, report
from kiosk.reading import ConfigError, as_struct, read_table, suggestion
from kiosk.speech.espeak import speaks

DRAWN_WIDER = {
    "\ufe0f": "U+FE0F (a picture in colour)",
    "\u20e3": "U+20E3 (a key cap)",
    "\u200d": "U+200D (joined pictures)",
    **{chr(code): f"U+{code:X} (a colour of skin)" for code in range(0x1F3FB, 0x1F400)},
}
"""What terminals draw in another number of cells than is counted."""
KEYS = "screens/keys.py"
"""Where the words of the keys stand that are on every screen."""
KEY_CELLS, KEY_LINES = 10, 3
"""The room for such words at 80x24."""
MUCH_LONGER, FREE_CELLS = 1.3, 8
"""A sentence may be so many times as wide as the English one, and so many cells more."""
LONGEST_SHOWN = 3


class Severity(StrEnum):
    """How much it matters."""

    ERROR = "error"
    """The kiosk would show it wrongly, or not start."""
    WARNING = "warning"
    """A person should look at it."""


class Fault(msgspec.Struct, frozen=True):
    """One thing to look at or to mend."""

    severity: Severity
    where: str
    """The English sentence, the label's key, or the file."""
    told: str


class Figures(msgspec.Struct, frozen=True):
    """How hard the sentences are to read; see `kiosk.plain_language`."""

    lix: float
    words_a_sentence: float
    longest: tuple[str, ...]
    """The texts with the longest sentences, of those with a sentence of more than 15 words."""


class Checked(msgspec.Struct, frozen=True):
    """What was found in a pack."""

    code: str
    name: str
    status: Status
    direction: str
    sentences: int
    translated: int
    missing: tuple[str, ...]
    labels: int
    unverified: int
    """How many of the labels nobody has read on a phone."""
    voice: str
    speaks: bool | None
    """Whether espeak-ng has the voice; None where it is not installed."""
    faults: tuple[Fault, ...]
    figures: Figures

    @property
    def exit_code(self) -> int:
        """0: in order; 1: something to look at; 2: something to mend."""
        severities = {fault.severity for fault in self.faults}
        return 2 if Severity.ERROR in severities else 1 if severities else 0


def check(folder: Path, folders: Folders, program: str) -> Checked:
    """Checks the pack in a folder; `program` is the one that speaks.

    `PackError` where nothing can be said, as there is no whole language.toml or catalogue.
    """
    try:
        about = read_about(folder)
    except ConfigError as error:
        raise PackError(str(error)) from error
    code = folder.resolve().name
    voice = about.voice or code
    catalogue, missing, translated = _translations(folder, code)
    faults = [fault for message in catalogue for fault in _of_message(message, about)]
    if missing and about.status is Status.COMPLETE:
        told = f"{len(missing)} sentences are missing, though the status is 'complete'"
        faults.append(Fault(Severity.ERROR, CATALOGUE, told))
    if code != SOURCE and not (folder / COMPILED).exists():
        told = "is not compiled; kiosk language pack does it"
        faults.append(Fault(Severity.WARNING, CATALOGUE, told))
    labels = _labels(folder, folders, faults)
    spoken = _speaks(program, voice)
    if spoken is False:
        faults.append(Fault(Severity.WARNING, "voice", f"espeak-ng has no voice '{voice}'"))
    known = locale_of(code)
    if known is not None and known.text_direction != about.direction:
        told = f"is {about.direction}, but '{code}' is written {known.text_direction}"
        faults.append(Fault(Severity.WARNING, "direction", told))
    return Checked(
        code=code,
        name=about.name,
        status=about.status,
        direction=about.direction,
        sentences=len(translated) + len(missing),
        translated=len(translated),
        missing=tuple(missing),
        labels=len(labels),
        unverified=sum(not wording.verified for wording in labels.values()),
        voice=voice,
        speaks=spoken,
        faults=tuple(faults),
        figures=_figures(translated),
    )


def _translations(folder: Path, code: str) -> tuple[Catalog, list[str], list[str]]:
    """The catalogue, the sentences that it has not, and those that it has, as they are said."""
    asked = [str(message.id) for message in sentences() if message.id]
    if code == SOURCE:
        return Catalog(), [], asked
    catalogue = read_catalogue(folder / CATALOGUE)
    said = {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}
    return (
        catalogue,
        [sentence for sentence in asked if not said.get(sentence, "").strip()],
        [said[sentence] for sentence in asked if said.get(sentence, "").strip()],
    )


def _of_message(message: Any, about: About) -> Iterator[Fault]:
    """What is wrong with one translation."""
    meant, told = str(message.id), str(message.string)
    if not meant or not told.strip():
        return
    if message.fuzzy:
        yield Fault(Severity.WARNING, meant, "is marked as fuzzy, and not shown until it is not")
    for fault in _of_values(meant, told):
        yield Fault(Severity.ERROR, meant, fault)
    if told != told.strip() or told.count("\n") != meant.count("\n"):
        yield Fault(Severity.ERROR, meant, "begins or ends with a space, or has other line ends")
    if at := _unsafe(told):
        yield Fault(Severity.ERROR, meant, f"has {at}, which a screen must not get")
    if marks := _marks(told):
        yield Fault(Severity.WARNING, meant, f"has {marks}, which terminals draw differently")
    if about.direction == "ltr" and any(unicodedata.bidirectional(c) in ("R", "AL") for c in told):
        yield Fault(Severity.ERROR, meant, "runs from right to left; the direction is 'ltr'")
    if "!" in told:
        yield Fault(Severity.WARNING, meant, "has an exclamation mark; nobody is shouted at")
    width, most = cell_len(told), int(cell_len(meant) * MUCH_LONGER + FREE_CELLS)
    places = [name for name, _ in message.locations]
    if KEYS in places and "{" not in meant:
        if not _fits_key(told):
            room = f"{KEY_LINES} lines of {KEY_CELLS} cells"
            yield Fault(Severity.WARNING, meant, f"is too long for a key, which has {room}")
    elif width > most:
        yield Fault(Severity.WARNING, meant, f"is {width} cells wide; there is room for {most}")


def _of_values(meant: str, told: str) -> Iterator[str]:
    try:
        has, needs = _values(told), _values(meant)
    except ValueError as error:
        yield f"has braces that do not fit together ({error})"
        return
    for name in sorted(set(needs) - set(has)):
        yield f"lacks {{{name}}}"
    for name in sorted(set(has) - set(needs)):
        yield f"has {{{name}}}, which the English sentence has not"


def _values(text: str) -> list[str]:
    """The names in braces, with how they are written out."""
    parts = string.Formatter().parse(text)
    return [
        name + (f"!{how}" if how else "") + (f":{spec}" if spec else "")
        for _, name, spec, how in parts
        if name is not None
    ]


def _unsafe(text: str) -> str:
    """The first character that is forbidden: it steers, is not seen, or is drawn too wide."""
    for char in text:
        if char in DRAWN_WIDER:
            return DRAWN_WIDER[char]
        if plain(char) != char:
            return f"U+{ord(char):04X} (it steers, or is not seen)"
    return ""


def _marks(text: str) -> str:
    """The vowel signs of Hindi, Tamil and their like, of which each terminal makes its own."""
    char = next((char for char in text if unicodedata.category(char) == "Mc"), "")
    return f"U+{ord(char):04X} ({unicodedata.name(char, '').lower()})" if char else ""


def _fits_key(text: str) -> bool:
    lines, used = 1, 0
    for word in text.split():
        wide = cell_len(word)
        if wide > KEY_CELLS:
            return False
        if used and used + 1 + wide > KEY_CELLS:
            lines, used = lines + 1, 0
        used += wide + bool(used)
    return lines <= KEY_LINES


def _labels(folder: Path, folders: Folders, faults: list[Fault]) -> dict[str, Wording]:
    """The labels of this pack; what is wrong with them is added to the faults."""
    if not (folder / LABELS).exists():
        return {}
    try:
        tables = read_table(folder / LABELS)
        known: Labels = load_labels(folders)
    except ConfigError as error:
        faults.append(Fault(Severity.ERROR, LABELS, str(error)))
        return {}
    labels: dict[str, Wording] = {}
    for key, table in tables.items():
        try:
            labels[key] = as_struct(table, Wording, key)
        except ConfigError as error:
            faults.append(Fault(Severity.ERROR, LABELS, str(error)))
            continue
        if key not in known:
            told = f"is no label in English{suggestion(key, list(known))}"
            faults.append(Fault(Severity.ERROR, key, told))
        if at := _unsafe(labels[key].text):
            faults.append(Fault(Severity.ERROR, key, f"has {at}, which a screen must not get"))
        if not labels[key].source.strip():
            faults.append(Fault(Severity.WARNING, key, "has no source: where was it read?"))
    return labels


def _speaks(program: str, voice: str) -> bool | None:
    try:
        return speaks(program, voice) if program else None
    except (OSError, subprocess.TimeoutExpired):
        return None


def _figures(texts: list[str]) -> Figures:
    told = report(texts)
    longest: Iterable[Measure] = told.long_sentences[:LONGEST_SHOWN]
    return Figures(
        round(told.lix, 1), round(told.words_a_sentence, 1), tuple(one.text for one in longest)
    )


def as_text(checked: Checked) -> str:
    """For people: how far it is, then what is to be mended, one line each."""
    state = {True: "espeak-ng has it", False: "espeak-ng does not have it", None: "not checked"}
    done = f"{checked.translated} of {checked.sentences}"
    figures = checked.figures
    lines = [
        f"{checked.code}  {checked.name}: {checked.status}, written {checked.direction}",
        f"  sentences  {done} translated, {len(checked.missing)} missing",
        f"  labels     {checked.labels}, {checked.unverified} of them not verified on a phone",
        f"  voice      {checked.voice}: {state[checked.speaks]}",
        f"  reading    lix {figures.lix}, {figures.words_a_sentence} words a sentence",
    ]
    lines += [f"  long       {text}" for text in figures.longest]
    lines += [f"  {f.severity:9}  {plain(f.where)}: {plain(f.told)}" for f in checked.faults]
    return "\n".join(lines)
