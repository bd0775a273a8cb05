"""What a clerk can have a kiosk say: few, short, and never a question for something secret."""

import re
from pathlib import Path

import msgspec
import pytest

from kiosk import phrases
from kiosk.fleet.commands import SayPhrase
from kiosk.places import Folders
from kiosk.reading import ConfigError

PHRASES = phrases.load()


def folders_with(tmp_path: Path, text: str) -> Folders:
    (tmp_path / phrases.FILE).write_text(text, encoding="utf-8")
    return Folders(tmp_path / "kiosk.toml")


def test_a_clerk_has_some_fifteen_to_choose_from() -> None:
    assert 12 <= len(PHRASES) <= 20
    assert next(iter(PHRASES)) == "coming"
    assert len(set(PHRASES.values())) == len(PHRASES)


@pytest.mark.parametrize("key", PHRASES)
def test_each_can_be_sent_and_asks_for_nothing(key: str) -> None:
    """A command's pattern takes its key; no phrase is a question or asks for a code or number."""
    assert msgspec.convert({"deed": "phrase", "key": key}, SayPhrase) == SayPhrase(key)
    told = PHRASES[key]
    assert "?" not in told
    secret = re.search(r"code|PIN|password|number|user ID|CPR", told)
    assert secret is None or key == "keep-secret"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[phrases]\n", "phrases.toml: phrases: expected `object` of length >= 1"),
        ('[phrases]\nhello.txt = "x"\n', "'txt' is not known; did you mean 'text'?"),
        ('[phrases]\n"Hello you".text = "x"\n', "phrases.toml: "),
        ('[phrases]\nhello.text = ""\n', "length >= 1"),
        (f'[phrases]\nhello.text = "{"x" * 121}"\n', "length <= 120"),
    ],
)
def test_what_is_wrong_is_told_in_words(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ConfigError) as told:
        phrases.load(folders_with(tmp_path, text))
    assert fault in str(told.value)


def test_a_site_has_its_own(tmp_path: Path) -> None:
    found = phrases.load(folders_with(tmp_path, '[phrases]\ncoffee.text = "Have a coffee."\n'))
    assert found == {"coffee": "Have a coffee."}
