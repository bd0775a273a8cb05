"""A clerk at a console answers a call and brings a stuck citizen to the end of a situation."""

from pathlib import Path

import pytest

from kiosk import phrases
from kiosk.fleet import audit
from kiosk.fleet.fleet_state import Grade
from kiosk.fleet.topics import Place
from kiosk.places import Folders
from kiosk.situations.model import Situation, Step
from screens import attract, staff, wiped
from screens import phrase as phrase_screen
from screens.operator import one_kiosk, words
from tests.brokers import broker
from tests.e2e.at_desk import console_terminal, into_situation, kiosk_site, kiosk_terminal
from tests.e2e.terminal import Terminal
from tests.processes import until

PLACE = Place("lyngby", "kiosk-1")


def _guide(console: Terminal, kiosk: Terminal, situation: Situation, step: Step) -> None:
    """The clerk shows the citizen this step."""
    number = [*situation.numbered, *situation.side_steps].index(step) + 1
    console.press("2")
    console.wait_for(one_kiosk.WHICH_STEP)
    for digit in str(number):
        console.press(digit)
    console.wait_until(
        lambda text: any(f"► {number:>3}  " in row for row in text.split("\n")),
        "the step is marked",
    )
    console.press("\r")
    kiosk.wait_for(step.instruction)
    console.wait_for(words.DONE.format(kiosk=PLACE, deed=one_kiosk.SHOWN))


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)])
def test_a_clerk_brings_a_stuck_citizen_to_the_end(tmp_path: Path, columns: int, rows: int) -> None:
    said = phrases.load(Folders())
    people = {"anna": ("clerk", ["lyngby"])}
    with broker(tmp_path / "b", {"lyngby": ["kiosk-1"]}, people) as real:
        settings = kiosk_site(tmp_path / "kiosk", real, PLACE)
        desk = real.operator_folder("anna")
        with (
            kiosk_terminal(settings, columns=columns, rows=rows) as kiosk,
            console_terminal(tmp_path / "desk", desk, columns=columns, rows=rows) as console,
        ):
            kiosk.wait_for(attract.TITLE)
            console.wait_for("kiosk-1")
            console.wait_for(words.GRADES[Grade.IDLE])
            situation = into_situation(kiosk)
            kiosk.press("1")
            stuck = situation.numbered[0]
            kiosk.wait_for(stuck.instruction)
            kiosk.press("2")  # it did not work
            kiosk.press("#")
            kiosk.wait_for(staff.COMING)

            console.wait_for(words.GRADES[Grade.CALLING])
            console.press("1")
            console.wait_for(one_kiosk.ANSWER)
            console.wait_for(stuck.instruction)
            console.press("1")
            kiosk.wait_for(staff.HELPING.format(name="anna"))
            console.wait_for(words.DONE.format(kiosk=PLACE, deed=one_kiosk.ANSWERED))

            sentence = next(iter(said.values()))
            console.press("3")
            console.wait_for(sentence)
            console.press("1\r")
            kiosk.wait_for(phrase_screen.FROM_DESK)
            kiosk.wait_for(sentence)
            kiosk.press("1")
            kiosk.wait_for(staff.HELPING.format(name="anna"))

            _guide(console, kiosk, situation, situation.numbered[1])
            kiosk.press("1")
            console.wait_for(situation.numbered[2].instruction)
            _guide(console, kiosk, situation, situation.numbered[-1])
            kiosk.press("1")
            kiosk.wait_for(situation.closing[0])
            console.press("6")
            console.wait_for(words.DONE.format(kiosk=PLACE, deed=one_kiosk.CALL_ENDED))
            kiosk.press("1")
            kiosk.wait_for(wiped.ERASED)
            kiosk.wait_for(attract.TITLE)

        kept = tmp_path / "kiosk" / "state" / "audit.sqlite"
        until(kept.is_file, "the audit is there")
        deeds = [row.deed for row in audit.rows(kept)]
        assert deeds == ["take-call", "phrase", "guide", "guide", "end-call"]
        assert audit.verify(kept) is None
