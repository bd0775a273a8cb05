"""Everything that is shown is spoken, and what changes is told."""

import re
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from hardware.errors import Reason
from hardware.messages import ChipFound, ChipProgress, CodeFound, FaceCoached, Status
from hardware.verdicts import (
    ChipPhase,
    ChipVerdict,
    CodeVerdict,
    DeviceState,
    DocumentKind,
    FaceHint,
    Rehearsal,
    Role,
)
from kiosk import face_coaching
from kiosk.access import Access
from kiosk.speech.espeak import Espeak, Sound
from kiosk.speech.utterance import Utterance
from kiosk.visit import Kind, Spot, Visit
from screens import chip_rehearsal, idle, loudspeaker, rehearsal, wiped
from screens.app import ReactivationApp
from screens.kit import Kit
from screens.loudspeaker import Loudspeaker
from screens.reading_aloud import script_of
from screens.widgets.key_button import KeyButton
from screens.widgets.picture import PictureView
from tests.processes import LONG
from tests.screens.spots import one_of_each
from tests.screens.test_layout import show
from tests.screens.test_visit_on_screen import Clock, press

LANGUAGES = ["en", "da"]
SPEAKING = Access(speaking=True)


class Recorder(Espeak):
    """Says everything at once, and remembers it."""

    def __init__(self) -> None:
        super().__init__("")
        self.said: list[Utterance] = []
        self.how: list[Access] = []

    async def say(self, utterance: Utterance, voice: str, access: Access) -> Sound:
        self.said.append(utterance)
        self.how.append(access)
        return Sound.WORKS

    @property
    def texts(self) -> list[str]:
        return [utterance.text for utterance in self.said]


def make(kit: Kit, clock: Clock, jack: Path | None = None) -> tuple[ReactivationApp, Recorder]:
    """A kiosk without devices that speaks to the test, on which keys may follow closely."""
    quick = msgspec.structs.replace(kit.settings.input, debounce_seconds=0)
    heard = msgspec.structs.replace(kit.settings.speech, headphones=f"file:{jack}" if jack else "")
    settings = msgspec.structs.replace(kit.settings, input=quick, speech=heard)
    told = replace(kit, settings=settings)
    recorder = Recorder()
    app = ReactivationApp(
        told, [], clock=clock, loudspeaker=Loudspeaker(told, silent=True, voice=recorder)
    )
    # The test speaks for the host: the app's own would say that it has no device.
    app.link.send = lambda message: None  # type: ignore[method-assign]
    return app, recorder


async def until(pilot: Pilot[int], recorder: Recorder, text: str) -> None:
    """Waits until a sentence has been spoken."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        if text in recorder.texts:
            return
        await pilot.pause(0.01)
    raise AssertionError(f"never spoken: {text!r}; but: {recorder.texts}")


# --- every screen ---------------------------------------------------------------------------------


@pytest.mark.grid
@pytest.mark.parametrize("language", LANGUAGES)
async def test_pictures_are_spoken_too(kit: Kit, language: str) -> None:
    """A picture has words of its own, and they come after the keys."""
    app = ReactivationApp(kit, [])
    pictured = 0
    async with app.run_test(size=(120, 40)) as pilot:
        for visit in one_of_each(kit.content, language):
            screen = await show(pilot, visit)
            script = script_of(screen, kit.languages[language])
            for picture in screen.query(PictureView):
                told = picture.utterances(kit.languages[language])
                shown = bool(picture.region)
                assert told or not shown
                assert not shown or told[0] in script.rest
                pictured += shown
    assert pictured >= 4


async def test_the_first_screen_speaks_every_language_in_its_own_voice(kit: Kit) -> None:
    """And says which key begins in it."""
    app, recorder = make(kit, Clock())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("asterisk")
        await until(pilot, recorder, "Press 2: English")
        voices = {said.text: said.language for said in recorder.said}
        assert voices["Tryk 1: Dansk"] == "da"
        assert voices["Press 2: English"] == "en"


# --- what is pressed ------------------------------------------------------------------------------


async def test_speech_is_off_until_somebody_asks_for_it(kit: Kit) -> None:
    clock = Clock()
    app, recorder = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "21")
        await pilot.pause()
        assert recorder.said == []
        await pilot.press("asterisk")
        await until(pilot, recorder, "Press 0: Back")


async def test_the_star_says_it_again(kit: Kit) -> None:
    clock = Clock()
    app, recorder = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "2")
        await pilot.press("asterisk")
        await until(pilot, recorder, "Press 0: Back")
        before = recorder.texts
        recorder.said.clear()
        await pilot.press("asterisk")
        await until(pilot, recorder, before[-1])
        assert recorder.texts == before


async def test_the_key_that_has_the_focus_is_told(kit: Kit) -> None:
    """With the tab key, in the order in which the keys stand."""
    clock = Clock()
    app, recorder = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "2")
        await pilot.press("asterisk")
        await until(pilot, recorder, "Press 0: Back")
        recorder.said.clear()
        await pilot.press("tab")
        await pilot.pause()
        assert isinstance(app.focused, KeyButton)
        assert recorder.said == list(app.focused.key.utterances(app.language))


@pytest.mark.parametrize(("move", "choose"), [("f1", "f2"), ("space", "enter"), ("enter", "f2")])
async def test_one_switch_moves_and_one_presses(kit: Kit, move: str, choose: str) -> None:
    """Somebody who can press two switches, and nothing else."""
    clock = Clock()
    app, _ = make(kit, clock)
    switches = msgspec.structs.replace(app.kit.settings.input, move=move, choose=choose)
    settings = msgspec.structs.replace(app.kit.settings, input=switches)
    app.kit = replace(app.kit, settings=settings)
    async with app.run_test(size=(80, 24)) as pilot:
        while not (isinstance(app.focused, KeyButton) and app.focused.key.words == "English"):
            await pilot.press(move)
        await pilot.press(choose)
        await pilot.pause()
        assert app.visit is not None
        assert app.visit.language == "en"


async def test_a_keypad_without_a_hash_key(kit: Kit) -> None:
    """What it sends is what the settings say that it means."""
    clock = Clock()
    app, _ = make(kit, clock)
    mapped = msgspec.structs.replace(app.kit.settings.input, keypad={"/": "#"})
    app.kit = replace(app.kit, settings=msgspec.structs.replace(app.kit.settings, input=mapped))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "2")
        await pilot.press("slash")
        assert app.visit is not None
        assert app.visit.spot.kind is Kind.STAFF


# --- headphones -----------------------------------------------------------------------------------


async def test_headphones_start_speech_and_end_it(kit: Kit, tmp_path: Path) -> None:
    jack = tmp_path / "jack"
    jack.write_text("0")
    app, recorder = make(kit, Clock(), jack)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        jack.write_text("1")
        app._check_headphones()
        await until(pilot, recorder, "Press 2: English")
        jack.write_text("0")
        app._check_headphones()
        assert not app.access.speaking


@pytest.mark.parametrize("private", [False, True])
async def test_a_verdict_on_the_document_is_heard_in_headphones_alone(
    kit: Kit, private: bool
) -> None:
    """EN 301 549, 5.1.3.9."""
    app, recorder = make(kit, Clock())
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, Visit("en", Spot(Kind.REHEARSAL, Rehearsal.CODE.value)))
        app.access, app.loudspeaker.private = SPEAKING, private
        app.heard(CodeFound(CodeVerdict.EXPIRED, DocumentKind.PASSPORT, "DNK"))
        await until(
            pilot,
            recorder,
            "The code was read. This document has expired." if private else loudspeaker.ON_SCREEN,
        )
        assert ("expired" in " ".join(recorder.texts)) is private


# --- what changes ---------------------------------------------------------------------------------


async def test_states_of_devices_and_hints_are_told(kit: Kit) -> None:
    """A device that fails, a hint, and that a chip is being read."""
    app, recorder = make(kit, Clock())
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, Visit("en", Spot(Kind.REHEARSAL, Rehearsal.FACE.value)))
        app.access = SPEAKING
        app.heard(Status(Role.CAMERA, DeviceState.READY))
        app.heard(FaceCoached(FaceHint.TOO_FAR))
        await until(pilot, recorder, " ".join(told_of(FaceHint.TOO_FAR)))
        app.heard(Status(Role.CAMERA, DeviceState.OUT_OF_ORDER, Reason.LOST))
        lost = face_coaching.on_camera(DeviceState.OUT_OF_ORDER, Reason.LOST)
        assert lost is not None
        await until(pilot, recorder, lost.seen)

        await show(pilot, Visit("en", Spot(Kind.REHEARSAL, Rehearsal.CHIP.value)))
        app.heard(Status(Role.READER, DeviceState.READY))
        await until(pilot, recorder, rehearsal.READY[Rehearsal.CHIP])
        app.heard(ChipProgress(ChipPhase.READING, 20))
        await until(pilot, recorder, chip_rehearsal.BEING_READ)
        app.heard(ChipFound(ChipVerdict.WORKS))
        await until(pilot, recorder, loudspeaker.ON_SCREEN)


def told_of(hint: FaceHint) -> tuple[str, str]:
    words = face_coaching.COACHING[hint]
    return words.seen, words.do


@pytest.mark.slow
async def test_a_countdown_is_told_now_and_then(kit: Kit) -> None:
    """Two minutes of waiting for the SMS: at one minute, at half of one, and at the end."""
    clock = Clock()
    app, recorder = make(kit, clock)
    situation = kit.content.situations["new-app"]
    step = next(step for step in situation.numbered if step.timer)
    assert step.timer is not None
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await show(pilot, Visit("en", Spot(Kind.STEP, step.id), situation="new-app"))
        app.access = SPEAKING
        recorder.said.clear()
        for _ in range(step.timer.seconds + 2):
            clock.now += 1
            screen._count()  # type: ignore[attr-defined]
            await pilot.pause()
        minutes = [text for text in recorder.texts if text.startswith(step.timer.waiting)]
        assert [text[-4:] for text in minutes] == ["1:00", "0:30"]
        assert recorder.texts.count(step.timer.after) == 1


async def test_the_warning_is_heard_and_how_long_there_is(kit: Kit) -> None:
    """Text, two notes, and speech (WCAG 2.2.1); then that all is erased, and silence."""
    clock = Clock()
    app, recorder = make(kit, clock)
    notes: list[Access] = []

    async def play(access: Access) -> None:
        notes.append(access)

    app.loudspeaker.sound = play  # type: ignore[method-assign]
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, clock, "2")
        await pilot.press("asterisk")
        await until(pilot, recorder, "Press 0: Back")
        clock.now += app.kit.settings.idle.seconds + 1
        app._check_idle()
        await until(pilot, recorder, idle.STILL_THERE)
        assert len(notes) == 1
        for _ in range(31):
            clock.now += 1
            app._check_idle()
            await pilot.pause()
        left = [text for text in recorder.texts if "seconds" in text]
        assert [re.findall(r"\d+", text)[0] for text in left] == ["30", "20", "10", "5"]
        await until(pilot, recorder, wiped.ERASED)
        assert len(notes) == 2


async def test_the_next_visit_begins_as_every_visit(kit: Kit) -> None:
    """Silent, at the usual volume and pace (EN 301 549, 5.1.3.13)."""
    clock = Clock()
    app, recorder = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        app.access = Access(speaking=True, pace=7, volume=3, large=True)
        await press(pilot, clock, "2")
        await until(pilot, recorder, "Press 0: Back")
        assert recorder.how[-1].pace == 7
        await press(pilot, clock, "0")
        await until(pilot, recorder, wiped.ERASED)
        for _ in range(1000):
            if app.access == Access():
                break
            await pilot.pause(0.01)
        assert app.access == Access()


async def test_somebody_who_chose_and_went_away_is_forgotten(kit: Kit) -> None:
    """On the first screen, too, speech ends when nobody is there."""
    clock = Clock()
    app, _ = make(kit, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("asterisk")
        assert app.access.speaking
        clock.now += app.kit.settings.idle.seconds + 1
        app._check_idle()
        assert not app.access.speaking


class Mute(Recorder):
    """A program that is not there, or whose sound goes nowhere."""

    def __init__(self, sound: Sound) -> None:
        super().__init__()
        self._sound = sound

    async def say(self, utterance: Utterance, voice: str, access: Access) -> Sound:
        return self._sound


@pytest.mark.parametrize("sound", [Sound.MISSING, Sound.NO_DEVICE, Sound.NO_VOICE])
async def test_without_speech_the_screen_says_so_and_all_else_works(kit: Kit, sound: Sound) -> None:
    app = ReactivationApp(kit, [], loudspeaker=Loudspeaker(kit, voice=Mute(sound)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("asterisk")
        await seen(pilot, app, loudspeaker.NO_SOUND[sound])
        assert not app.access.speaking
        await pilot.press("0")
        await pilot.press("2")
        await seen(pilot, app, kit.content.questions[kit.content.first_question].text)


async def test_a_kiosk_without_sound_says_so(kit: Kit) -> None:
    silent = msgspec.structs.replace(kit.settings.speech, program="")
    told = replace(kit, settings=msgspec.structs.replace(kit.settings, speech=silent))
    app = ReactivationApp(told, [])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("asterisk")
        await seen(pilot, app, loudspeaker.NO_SOUND[Sound.OFF])


async def seen(pilot: Pilot[int], app: ReactivationApp, sentence: str) -> None:
    """Waits until a sentence stands on the screen, in English or in the language that is first."""
    sentences = {" ".join(told.say(sentence).split()) for told in app.kit.languages.values()}
    for _ in range(500):
        text = " ".join(str(words.content) for words in app.screen.query(Static) if words.region)
        if any(told in " ".join(text.split()) for told in sentences):
            return
        await pilot.pause()
    raise AssertionError(f"never seen: {sentence}")
