from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reading import ConfigError, as_struct, read_table, suggestion


class Wheel(msgspec.Struct, forbid_unknown_fields=True):
    size: Annotated[int, msgspec.Meta(ge=1)]
    colour: Literal["red", "green"] = "red"


class Car(msgspec.Struct, forbid_unknown_fields=True):
    wheels: tuple[Wheel, ...]
    spare: Wheel | None = None
    by_name: dict[str, Wheel] = {}


def told(table: object, where: str = "car.toml") -> str:
    with pytest.raises(ConfigError) as caught:
        as_struct(table, Car, where)
    return str(caught.value)


def test_a_table_becomes_a_struct() -> None:
    table = {"wheels": [{"size": 3}], "spare": {"size": 1, "colour": "green"}}
    assert as_struct(table, Car, "car.toml") == Car((Wheel(3),), Wheel(1, "green"))


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({"wheel": []}, "car.toml: 'wheel' is not known; did you mean 'wheels'?"),
        (
            {"wheels": [{"sise": 1}]},
            "car.toml: wheels[0]: 'sise' is not known; did you mean 'size'?",
        ),
        (
            {"wheels": [], "spare": {"sze": 1}},
            "car.toml: spare: 'sze' is not known; did you mean 'size'?",
        ),
        ({"wheels": [{"size": 1}, {"size": 0}]}, "car.toml: wheels[1].size: expected `int` >= 1"),
        ({"wheels": [{"size": "1"}]}, "car.toml: wheels[0].size: expected `int`, got `str`"),
        (
            {"wheels": [{"size": 1, "colour": "gren"}]},
            "car.toml: wheels[0].colour: 'gren' is not known; did you mean 'green'?",
        ),
        ({"wheels": [], "by_name": {"x": {}}}, "car.toml: by_name[...]: 'size' is missing"),
        ({}, "car.toml: 'wheels' is missing"),
        (3, "car.toml: expected `object`, got `int`"),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_key(table: object, line: str) -> None:
    assert told(table) == line


def test_the_key_continues_where_it_is_told_from() -> None:
    assert told({"wheels": [3]}, "cars.toml: cars[2]") == (
        "cars.toml: cars[2].wheels[0]: expected `object`, got `int`"
    )
    assert told({}, "cars.toml: cars[2]") == "cars.toml: cars[2]: 'wheels' is missing"


def test_nothing_like_it_is_suggested_where_nothing_is() -> None:
    assert suggestion("zzz", ["wheels", "spare"]) == ""
    assert suggestion("sparr", ["wheels", "spare"]) == "; did you mean 'spare'?"


@given(name=st.text(max_size=20))
def test_an_unknown_key_never_breaks_the_line(name: str) -> None:
    if name in ("wheels", "spare", "by_name"):
        return
    line = told({"wheels": [], name: 1})
    assert line.startswith("car.toml: ")
    assert line.isprintable()


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("[a]\nb = 1")
    assert read_table(file) == {"a": {"b": 1}}


@pytest.mark.parametrize("content", [b"a = ", b"\xff\xfe", b"a = 1\na = 2", b"\0", b"["])
def test_what_is_no_toml_is_told_by_its_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"^a\.toml: is not TOML: .+"):
        read_table(file)


def test_a_missing_file_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_table(tmp_path / "a.toml")
    assert str(caught.value) == f"{tmp_path / 'a.toml'}: there is no such file"
