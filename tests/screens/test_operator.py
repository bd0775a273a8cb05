"""The console: what a clerk reads, what each key asks of a kiosk, and what is said of it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.screen import Screen

from kiosk.access import Theme
from kiosk.fleet import statistics_store
from kiosk.fleet.commands import (
    MAY,
    EndCall,
    EndVisit,
    Guide,
    HandOver,
    Rank,
    ResetVisit,
    SayPhrase,
    SetLanguage,
    TakeCall,
    TestKiosk,
)
from kiosk.fleet.console_link import Silence
from kiosk.fleet.fleet_state import Fleet, Grade
from kiosk.fleet.reports import Doing, Ending, Event, Happened, Refusal, encode
from kiosk.fleet.topics import Leaf, Place
from screens.kit import Kit
from screens.operator import kiosks, one_kiosk, words
from screens.operator.app import ConsoleApp
from screens.operator.frame import Line, PressKey
from screens.operator.kiosks import KiosksScreen
from screens.operator.one_kiosk import OneKioskScreen
from screens.operator.picking import PickScreen, SureScreen
from screens.operator.ringing import AGAIN, Ringing
from screens.operator.rows import Rows, fitted
from screens.operator.statistics import StatisticsScreen, sparkline
from screens.themes import name_of
from tests.processes import LONG
from tests.screens.audit import cell_faults, painted
from tests.screens.consoles import (
    CALL,
    NOW,
    ONE,
    SID,
    centre_of_all,
    console,
    link_of,
    state,
    step_of,
)

SIZES = [(80, 24), (120, 40)]


def rows_of(app: ConsoleApp) -> list[str]:
    """The screen as it is read, row by row."""
    return ["".join(cell.character for cell in row).rstrip() for row in painted(app.screen)]


def text_of(app: ConsoleApp) -> str:
    """The screen as it is read, on one line."""
    return " ".join(" ".join(rows_of(app)).split())


async def seen(pilot: Pilot[Any], app: ConsoleApp, what: str) -> None:
    """Waits until this can be read."""
    async with asyncio.timeout(LONG):
        while what not in text_of(app):
            await pilot.pause(0.02)


async def opened(pilot: Pilot[Any], app: ConsoleApp, kind: type[Screen[None]]) -> None:
    """Waits until a screen of this kind is on top and can be read."""
    async with asyncio.timeout(LONG):
        while not (isinstance(app.screen, kind) and app.screen.query(PressKey)):
            await pilot.pause(0.02)


async def fill(pilot: Pilot[Any], app: ConsoleApp, kit: Kit) -> None:
    """A kiosk of every grade is there, and can be seen."""
    await pilot.pause()
    centre_of_all(link_of(app), kit.content)
    await seen(pilot, app, "kiosk-9")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["en", "da"])
async def test_calls_stand_first_and_each_kiosk_says_its_state_and_its_age(
    kit: Kit, language: str, size: tuple[int, int]
) -> None:
    app = console(kit, language)
    say = kit.languages[language].say
    async with app.run_test(size=size) as pilot:
        await fill(pilot, app, kit)
        rows = [row for row in rows_of(app) if "kiosk-" in row]
        assert [row.split("kiosk-")[1][0] for row in rows] == list("123456789")
        for row, grade in zip(rows, Grade, strict=True):
            told = say(words.GRADES[grade])
            if grade is Grade.HELPED:
                told = say(words.HELPED_BY, name="carla")
            assert told in row
            assert words.SIGNS[grade] in row
            assert row.endswith(say("{count} min", count=7) if grade is Grade.LOST else "65 s")
        assert "1:05" in rows[0]  # how long the call has waited
        assert "9/17" in rows[0]
        # The heads of the columns stand above them.
        head = next(row for row in rows_of(app) if say(kiosks.HEARD) in row)
        assert head.index(say(kiosks.HEARD)) == rows[0].index("65 s")


@pytest.mark.parametrize("language", ["en", "da"])
async def test_nothing_is_cut_off_in_the_smallest_window(kit: Kit, language: str) -> None:
    """The counts stay on one line, and each key has room for its words, on every screen."""
    app = console(kit, language, rank=Rank.SUPERVISOR)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        assert app.screen.query_one("#counts").size.height == 1
        for keys in ("", "1", "7", "00", "2", "04"):
            await pilot.press(*keys)
            await pilot.pause()
            for key in app.screen.query(PressKey):
                assert cell_len(key.press.words) + 4 <= key.size.width, key.press.words
                assert key.region.bottom <= 24
            assert app.screen.query_one("#title").size.height <= 2
            for heads in app.screen.query(".columns").results(Line):
                assert "…" not in str(heads.shown)
                assert cell_len(str(heads.shown)) <= heads.size.width


async def test_one_kiosk_tells_where_the_visit_stands_and_what_was_found(kit: Kit) -> None:
    """All of it at 80x24, in the words of the guide."""
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("1")
        await seen(pilot, app, "Version 0.8.0.")
        text = text_of(app)
        step = kit.content.situations["app"].numbered[8]
        for told in (
            "Somebody calls for help, and has waited 1:05.",
            kit.content.situations["app"].title,
            f"Step 9 of 17: {step.instruction}",
            "On the screen for 2 min.",
            "Did not work at this step: 3 times",
            "Language: Danish.",
            "Code, read here: valid, not expired",
            "Chip, read here: no chip answers",
            "Face, tried here: light from behind",
            "Last heard 65 s ago.",
            "Chip reader: out of order. (absent)",
            "Last self-test, 61 min ago: not all works.",
            "reader.present",
        ):
            assert told in text


_ASKED = [
    ("1", TakeCall(CALL)),
    ("6", EndCall()),
    ("3 2 enter", SayPhrase("wait")),
    ("4 2 enter", SetLanguage("en")),
    ("2 1 2 enter", None),
    ("7 1", EndVisit()),
    ("8 1", ResetVisit()),
]


@pytest.mark.parametrize(("keys", "deed"), _ASKED, ids=[keys for keys, _ in _ASKED])
async def test_each_key_asks_for_its_deed_and_for_this_visit(
    kit: Kit, keys: str, deed: object
) -> None:
    """And what became of it is said, until the page is left."""
    app = console(kit)
    if deed is None:
        deed = Guide(kit.content.situations["app"].numbered[11].id, "app")
    if isinstance(deed, SayPhrase):
        deed = SayPhrase(list(kit.phrases)[1])
    if isinstance(deed, SetLanguage):
        deed = SetLanguage(list(kit.languages)[1])
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("1", *keys.split())
        await seen(pilot, app, "lyngby/kiosk-1: done.")
        assert link_of(app).asked == [(ONE, deed, SID)]
        await pilot.press("0")
        await opened(pilot, app, KiosksScreen)
        assert "done." not in text_of(app)


async def test_a_console_that_leaves_paints_nothing_more(kit: Kit) -> None:
    """Its clock may tick once more while the screens are already taken apart."""
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
    app._each_second()
    app.tell("too late")


async def test_a_call_that_was_answered_is_handed_to_a_colleague(kit: Kit) -> None:
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("down", "enter", "5", "down", "enter")
        await seen(pilot, app, "done. carla goes on with the call.")
        assert link_of(app).asked == [(Place("lyngby", "kiosk-2"), HandOver("carla"), SID)]


async def test_a_kiosk_where_nobody_is_can_be_tested(kit: Kit) -> None:
    app = console(kit, rank=Rank.TECHNICIAN)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("end", "enter", "9")
        await seen(pilot, app, "done. It tests itself.")
        assert link_of(app).asked == [(Place("lyngby", "kiosk-9"), TestKiosk(), None)]


@pytest.mark.parametrize("rank", Rank)
async def test_keys_that_this_rank_may_not_press_do_nothing(kit: Kit, rank: Rank) -> None:
    """A viewer only looks; a technician has nothing to do with a visit."""
    app = console(kit, rank=rank)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("1")
        for key, deed in (("1", TakeCall), ("2", Guide), ("7", EndVisit), ("6", EndCall)):
            await pilot.press(key)
            await pilot.pause()
            opened = isinstance(app.screen, PickScreen | SureScreen)
            asked = bool(link_of(app).asked)
            assert (opened or asked) is (deed in MAY[rank])
            if opened:
                await pilot.press("escape")
            link_of(app).asked.clear()


@pytest.mark.parametrize("keys", ["7", "8"])
async def test_what_erases_a_visit_is_asked_about_first(kit: Kit, keys: str) -> None:
    """No, and nothing was asked of the kiosk; enter is no answer."""
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("1", keys)
        await opened(pilot, app, SureScreen)
        await pilot.press("enter")
        await pilot.pause()
        await opened(pilot, app, SureScreen)
        await pilot.press("0")
        await opened(pilot, app, OneKioskScreen)
        assert not link_of(app).asked


async def test_what_was_begun_for_one_visit_is_not_meant_for_the_next(kit: Kit) -> None:
    """The person leaves while the clerk looks for a step: the kiosk will refuse the command."""
    app = console(kit)
    other = "6" * 24
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("1", "2")
        report = step_of(kit.content, 2)
        fields = {name: getattr(report, name) for name in report.__struct_fields__}
        link_of(app).heard(ONE, Leaf.STEP, type(report)(**{**fields, "sid": other}))
        await pilot.press("1", "enter")
        await seen(pilot, app, "done. It shows the step.")
        assert [sid for _, _, sid in link_of(app).asked] == [SID]
        await pilot.press("6")
        await seen(pilot, app, "done. The call has ended.")
        assert [sid for _, _, sid in link_of(app).asked] == [SID, other]


@pytest.mark.grid
@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("refusal", Refusal)
async def test_a_refusal_is_said_in_words(kit: Kit, refusal: Refusal, language: str) -> None:
    app = console(kit, language, refusal=refusal)
    say = kit.languages[language].say
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("1", "1")
        await seen(pilot, app, say(words.REFUSALS[refusal]))


@pytest.mark.parametrize("silence", Silence)
async def test_no_answer_is_said_in_words(kit: Kit, silence: Silence) -> None:
    """Whether it was obeyed is not known: nothing claims that it was."""
    app = console(kit, silence=silence)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("1", "1")
        await seen(pilot, app, words.SILENCES[silence])
        assert "not done." in text_of(app) or silence is Silence.NO_ANSWER
        assert "You have answered the call." not in text_of(app)


async def test_a_lost_broker_is_said_with_its_age_and_goes_away(kit: Kit) -> None:
    """Meanwhile nothing can be asked of a kiosk."""
    now = NOW
    app = console(kit, now=lambda: now)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        link_of(app).connected, link_of(app).since = False, NOW
        now = NOW + 130
        app.changed()
        await seen(pilot, app, "No contact with the broker for 2 min. What stands here is old.")
        await pilot.press("1", "6", "7")
        await opened(pilot, app, OneKioskScreen)
        assert not link_of(app).asked
        link_of(app).connected = True
        app.changed()
        async with asyncio.timeout(LONG):
            while "No contact with the broker" in text_of(app):
                await pilot.pause(0.02)
        await pilot.press("6")
        await seen(pilot, app, "done.")


async def test_the_mark_stays_with_its_kiosk_when_the_order_changes(kit: Kit) -> None:
    """Otherwise enter opens another one than the clerk looks at."""
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("down", "down")
        marked = Place("lyngby", "kiosk-3")
        link_of(app).heard(marked, Leaf.STEP, step_of(kit.content, 5, tries=0))
        async with asyncio.timeout(LONG):
            while app.fleet.order.index(marked) == app.screen.query_one(Rows).cursor - 1:
                await pilot.pause(0.02)
        await pilot.pause(0.2)
        assert any("►" in row and "kiosk-3" in row for row in rows_of(app))
        await pilot.press("enter")
        await opened(pilot, app, OneKioskScreen)
        assert isinstance(app.screen, OneKioskScreen)
        assert app.screen.place == marked


async def test_everything_works_by_the_mouse(kit: Kit) -> None:
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.click(Rows, offset=(10, 1))
        await opened(pilot, app, OneKioskScreen)
        assert isinstance(app.screen, OneKioskScreen)
        assert app.screen.place == Place("lyngby", "kiosk-2")
        back = app.screen.query(PressKey).last()
        await pilot.click(back)
        await opened(pilot, app, KiosksScreen)


async def test_filters_show_some_and_say_when_there_are_none(kit: Kit) -> None:
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        shown = []
        for _ in kiosks.FILTERS:
            shown.append("".join(row.split("kiosk-")[1][0] for row in rows_of(app)
                                 if "kiosk-" in row))  # fmt: skip
            await pilot.press("3")
            await pilot.pause()
        assert shown == ["123456789", "12", "123", "4567", "89"]
        await pilot.press("3")
        for name in ("kiosk-1", "kiosk-2"):
            place = Place("lyngby", name)
            link_of(app).heard(place, Leaf.HELP, None)
            link_of(app).heard(place, Leaf.STATE, state(Doing.IDLE))
        await seen(pilot, app, kiosks.NONE_HERE)


async def test_of_ten_thousand_kiosks_only_those_in_sight_are_drawn(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a call among them comes to the top."""
    app = console(kit, centres=("*",))
    drawn = 0
    row = kiosks.Kiosks.row

    def counted(*given: Any) -> Any:
        nonlocal drawn
        drawn += 1
        return row(*given)

    monkeypatch.setattr(kiosks.Kiosks, "row", counted)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for at in range(10_000):
            place = Place(f"centre-{at % 100:02}", f"kiosk-{at // 100:03}")
            link_of(app).heard(place, Leaf.STATE, state(Doing.IDLE))
        await seen(pilot, app, "centre-00/kiosk-000")
        await pilot.press("end")
        await seen(pilot, app, "centre-99/kiosk-099")
        await pilot.press("home")
        await pilot.pause()
        drawn = 0
        caller = Place("centre-57", "kiosk-042")
        link_of(app).heard(caller, Leaf.STEP, step_of(kit.content))
        link_of(app).heard(caller, Leaf.STATE, state(Doing.VISIT, help="open"))
        await seen(pilot, app, "!! centre-57/kiosk-042")
        assert drawn < 10 * 40
        await pilot.press("2")
        await seen(pilot, app, "centre-57")
        assert any("centre-57" in row for row in rows_of(app)[:5])


def test_a_call_is_heard_when_it_comes_and_again_while_it_waits() -> None:
    fleet, ringing = Fleet(), Ringing()

    def tell(name: str, at: float, **more: Any) -> None:
        place = Place("lyngby", name)
        payload = encode(state(Doing.VISIT, **more))
        fleet.heard(place.topic(Leaf.STATE), payload, False, at)

    assert not ringing.due(fleet, NOW)
    tell("kiosk-1", NOW, help="open")
    assert ringing.due(fleet, NOW)
    assert not ringing.due(fleet, NOW + 1)
    tell("kiosk-2", NOW + 2, help="open")
    assert ringing.due(fleet, NOW + 2)
    assert not ringing.due(fleet, NOW + AGAIN)
    assert ringing.due(fleet, NOW + 2 + AGAIN)
    for name in ("kiosk-1", "kiosk-2"):
        tell(name, NOW + 30, help="taken", by="anna")
    assert not ringing.due(fleet, NOW + 60)


@pytest.mark.grid
@pytest.mark.parametrize("theme", Theme)
async def test_every_cell_can_be_read(kit: Kit, theme: Theme, tmp_path: Path) -> None:
    """Rows, keys and the bar of a lost broker, in every theme."""
    app = console(kit, rank=Rank.SUPERVISOR)
    app.counts = counts_of(tmp_path)
    faults: set[str] = set()
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = name_of(theme)
        await fill(pilot, app, kit)
        for keys in ("", "down", "1", "3", "escape 7", "0 0 2", "0 4"):
            await pilot.press(*keys.split())
            await pilot.pause(0.1)
            faults |= {f"{keys}: {fault}" for fault in _faults(app, theme)}
        link_of(app).connected, link_of(app).since = False, NOW
        app._began = 0.0
        app.changed()
        await seen(pilot, app, "No contact with the broker")
        faults |= {f"lost: {fault}" for fault in _faults(app, theme)}
    assert not faults


def _faults(app: ConsoleApp, theme: Theme) -> list[str]:
    return cell_faults((cell for row in painted(app.screen) for cell in row), theme)


def counts_of(folder: Path) -> Path:
    """Eight visits of today, five of them to the end."""
    file = folder / "statistics.sqlite"
    at = int(datetime.now(UTC).timestamp())
    ends = [Ending.FINISHED] * 5 + [Ending.LEFT] * 3
    events = [
        Event(id=f"{'0' * 16}-{number}", type=Happened.VISIT_ENDED, at=at, situation="app",
              step="scan-chip", ending=end, ms=600_000)
        for number, end in enumerate(ends)
    ]  # fmt: skip
    events += [
        Event(id=f"{'1' * 16}-{number}", type=Happened.STEP, at=at, situation="app",
              step="scan-chip", ms=60_000)
        for number in range(5)
    ]  # fmt: skip
    statistics_store.take(file, [(ONE, event) for event in events])
    return file


@pytest.mark.parametrize("language", ["en", "da"])
async def test_statistics_tell_how_visits_end_and_where_people_give_up(
    kit: Kit, language: str, tmp_path: Path
) -> None:
    app = console(kit, language)
    app.counts = counts_of(tmp_path)
    say = kit.languages[language].say
    step = next(one for one in kit.content.situations["app"].numbered if one.id == "scan-chip")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await seen(pilot, app, say("How they ended"))
        text = text_of(app)
        assert say("at the end of the guide") in text
        assert say(step.instruction)[:40] in text
        assert "█" in text
        await pilot.press("1")
        await seen(pilot, app, "lyngby, ")


async def test_without_counts_the_statistics_say_so(kit: Kit, tmp_path: Path) -> None:
    app = console(kit)
    app.counts = tmp_path / "none.sqlite"
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await seen(pilot, app, "Nothing has been counted at this console.")
        assert isinstance(app.screen, StatisticsScreen)


def test_a_sparkline_tells_none_and_too_few_apart_from_many() -> None:
    assert sparkline([0, None, 1, 50, 100], 10) == "·?▁▄█"
    assert sparkline([7, 7, 100], 1) == "█"
    assert sparkline([], 5) == ""


def test_what_does_not_fit_ends_in_dots() -> None:
    assert fitted("abc", 5) == "abc  "
    assert fitted("abcdef", 5) == "abcd…"
    assert fitted("日本語", 4) == "日 …"


async def test_leaving_is_asked_about(kit: Kit) -> None:
    app = console(kit)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("0", "0")
        await pilot.pause()
        assert app.is_running
        await pilot.press("ctrl+q", "ctrl+c", "0", "1")
        await pilot.pause()
        assert app.return_code == 0


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (20, 5)], ids=str)
async def test_a_window_that_is_too_small_says_so(kit: Kit, size: tuple[int, int]) -> None:
    app = console(kit)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "too" in text_of(app)
        await pilot.press("down", "1")


async def test_the_language_and_the_colours_change_by_a_key(kit: Kit) -> None:
    app = console(kit, "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, app, kit)
        await pilot.press("8")
        await seen(pilot, app, kit.languages["da"].say(words.GRADES[Grade.CALLING]))
        await pilot.press("7")
        assert app.theme == name_of(list(Theme)[1])
        assert one_kiosk.ANSWER  # the words are there in both: see the layout above
