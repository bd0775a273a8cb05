"""Language packs as folders: begun, brought up to date, compiled, and put into one file."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from kiosk.language import SOURCE, load_labels, plain
from kiosk.places import Folders, shipped

ABOUT = "language.toml"
LABELS = "labels.toml"
CATALOGUE = "LC_MESSAGES/kiosk.po"
COMPILED = "LC_MESSAGES/kiosk.mo"
_WHOLE = f"languages/da/{CATALOGUE}"
"""The catalogue from which all sentences are known: complete, and shipped with the program."""
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NOT_IN_TOML = str.maketrans("", "", '"\\')
_LONGEST_LINE = 100


class PackError(Exception):
    """A pack cannot be made, found or read; the text is one clear line."""


def locale_of(code: str) -> Locale | None:
    """What CLDR knows of a language; None where it does not know it."""
    try:
        return Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        return None


def sentences() -> Catalog:
    """All sentences of code and content that came with the program, and where each stands."""
    found = read_catalogue(shipped() / _WHOLE)
    for message in found:
        message.string = ""
    return found


def read_catalogue(file: Path) -> Catalog:
    """The catalogue in a .po file; `PackError` when it cannot be read."""
    code = file.parent.parent.name
    try:
        return read_po(io.BytesIO(file.read_bytes()), locale_of(code), abort_invalid=True)
    except OSError as error:
        raise PackError(f"{file}: cannot be read: {error.strerror}") from error
    except (PoFileError, ValueError, LookupError) as error:
        raise PackError(f"{file}: is no catalogue: {error}") from error


def take_in(file: Path, found: Catalog) -> None:
    """Takes new sentences into the catalogue of a file, and drops those that are gone."""
    catalogue = read_catalogue(file)
    # Nor does a date make a change where no sentence has changed.
    catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    _write(file, catalogue)


def _write(file: Path, catalogue: Catalog) -> None:
    with file.open("wb") as target:
        write_po(target, catalogue, width=_LONGEST_LINE, sort_by_file=True, include_lineno=False)


def compile_catalogue(file: Path) -> None:
    """Writes the .mo beside a .po, which the running kiosk reads; `PackError` where it cannot."""
    compiled = io.BytesIO()
    try:
        write_mo(compiled, read_catalogue(file))
    except (ValueError, LookupError) as error:
        raise PackError(f"{file}: cannot be compiled: {error}") from error
    file.with_suffix(".mo").write_bytes(compiled.getvalue())


def find(named: str, folders: Folders) -> Path:
    """The folder of a pack, by its path or by the language's code; `PackError` without one."""
    if Path(named, ABOUT).is_file():
        return Path(named)
    if named in folders.packs():
        return folders.find(f"languages/{named}/{ABOUT}").parent
    raise PackError(f"{named}: there is no folder with a {ABOUT}, and no language of this code")


def begin(code: str, into: Path, folders: Folders, name: str = "", direction: str = "") -> Path:
    """Makes the folder of a new language: all sentences and labels, to be filled in.

    What is not given comes from CLDR. `PackError` where it does not know the language's name, or
    the folder is there already.
    """
    if _CODE.fullmatch(code) is None:
        raise PackError(f"'{code}' is no code of a language, such as sv or pt-BR")
    known = locale_of(code)
    own = (known.get_display_name() or "") if known else ""
    name = " ".join(plain(name).translate(_NOT_IN_TOML).split()) or own[:1].upper() + own[1:]
    if not name:
        raise PackError(f"'{code}' is not known here: say with --name how it calls itself")
    folder = into / code
    catalogue = Catalog(
        locale=known,
        header_comment=f"# {name}: sentences of the reactivation kiosk. EUPL-1.2.",
        project="reactivation-kiosk",
        copyright_holder="",
        charset="utf-8",
        creation_date=datetime.now(UTC),
        fuzzy=False,
    )
    catalogue.update(sentences(), no_fuzzy_matching=True)
    direction = direction or (known.text_direction if known else "ltr")
    try:
        folder.mkdir(parents=True)
        (folder / ABOUT).write_text(_about(name, direction), encoding="utf-8")
        (folder / LABELS).write_text(_labels(name, folders), encoding="utf-8")
        (folder / CATALOGUE).parent.mkdir()
        _write(folder / CATALOGUE, catalogue)
    except FileExistsError as error:
        raise PackError(f"{folder}: is there already; kiosk language update fills it up") from error
    except OSError as error:
        raise PackError(f"{folder}: cannot be made: {error.strerror}") from error
    return folder


def _about(name: str, direction: str) -> str:
    return f"""\
# A language pack; docs/content.md says what each line means.
name = "{name}"
# "complete", "machine-made, not reviewed", or "words only": then English shows through.
status = "words only"
direction = "{direction}"
# The voice of espeak-ng, where it has another name than the folder:
# voice = ""
# Who made it, and what to know of it:
# note = ""
"""


def _labels(name: str, folders: Folders) -> str:
    rows = [
        f"# What the MitID app calls its screens and buttons in {name}.",
        "#",
        "# Fill in a line and take the '# ' before it away. Leave it where the app does not speak",
        "# the language: then the Danish or the English label is shown.",
        "#   text      exactly as it stands in the app; never a translation of your own",
        "#   source    where it was read",
        "#   date      when",
        "#   verified  true once somebody has read it on a phone; until then the English one",
        "#             stands beside it",
        "",
    ]
    day = date.today().isoformat()
    for key, wordings in load_labels(folders).items():
        rows.append(
            f'# {key} = {{ text = "", source = "", date = "{day}", verified = false }}'
            f"  # {wordings[SOURCE].text}"
        )
    return "\n".join(rows) + "\n"


def update(folder: Path) -> None:
    """Takes the sentences of this version of the program into a pack; what is new is empty."""
    try:
        take_in(folder / CATALOGUE, sentences())
    except OSError as error:
        raise PackError(f"{folder}: cannot be written: {error.strerror}") from error


def pack(folder: Path, output: Path) -> None:
    """Compiles a pack, and writes its folder into one zip file."""
    code = folder.resolve().name
    try:
        if (folder / CATALOGUE).exists():
            compile_catalogue(folder / CATALOGUE)
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
            for name in (ABOUT, LABELS, CATALOGUE, COMPILED):
                if (folder / name).exists():
                    target.write(folder / name, f"{code}/{name}")
    except OSError as error:
        raise PackError(f"{error.filename}: cannot be written: {error.strerror}") from error
