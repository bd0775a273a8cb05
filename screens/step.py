"""One step of the guide: one action, on one screen."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.widget import Widget

from kiosk.advising import reads_chip
from kiosk.guards import guards
from kiosk.guide import THE_APP_SHOWS
from kiosk.language import mark
from kiosk.situations.model import Step
from kiosk.speech.label import IN_ENGLISH, label_spoken
from kiosk.speech.utterance import Utterance, spoken
from kiosk.visit import Choose, DidNotWork, Done, Practise, ShowLinks, rehearsal_of
from screens.advised import advised, known, phone_key
from screens.frame import LARGE, FrameScreen, Words
from screens.keys import DID_NOT_WORK, DONE, Key, always
from screens.progress import number_in_words, phases
from screens.route import SHOW_CODES
from screens.scene import Scene
from screens.widgets.key_cap import KeyCaps
from screens.widgets.picture import PhoneView, PictureView

TOLD_AT = (600, 300, 180, 120, 60, 30, 0)
"""Seconds that are left of a countdown when it is spoken."""

TRY_HERE = mark("Try this scan here first")
OPTIONAL = mark("You may skip this step.")

WHO = {
    ("citizen", "citizen"): mark("You, on your phone"),
    ("citizen", "helper"): mark("You, on your helper's phone"),
    ("helper", "helper"): mark("Your helper, on the helper's phone"),
    ("helper", "citizen"): mark("Your helper, on your phone"),
}
"""By who acts and whose phone it is."""


def who(step: Step, phone: str) -> str:
    """Who acts at a step, and on whose phone: a sentence for the catalogue."""
    return WHO[step.actor or phone, phone]


def picture_of(scene: Scene, step: Step) -> PictureView | PhoneView:
    """The picture of a step: the phone with the app's screen, unless it names another one.

    It moves only where the step is a movement: where something is scanned.
    """
    moving = scene.moving and step.action == "scan"
    if step.picture is not None:
        return PictureView(step.picture, moving, scene.place)
    title = scene.label(step.app_screen).text if step.app_screen else ""
    screen = scene.kit.content.screens[step.screen]
    return PhoneView(screen, title, scene.labels(step), moving)


class StepScreen(FrameScreen):
    """The instruction, the app's labels, what comes next, and a picture of where to tap."""

    beside = LARGE

    def __init__(self, scene: Scene, step: Step, seconds_left: Callable[[Step], float]) -> None:
        """`seconds_left` tells how long the step's countdown still runs, when it has one."""
        assert scene.situation is not None
        self._scene = scene
        self._step = step
        self._situation = scene.situation
        self._seconds_left = seconds_left
        language = scene.language
        say = language.say
        keys = [
            scene.key(str(number), branch.text, branch.labels, Choose(number))
            for number, branch in enumerate(step.branches, start=1)
        ]
        rehearsal = rehearsal_of(step)
        if rehearsal is not None:
            keys.append(Key("3", say(TRY_HERE), Practise(rehearsal)))
        if reads_chip(step) and not step.branches:
            keys.append(phone_key(scene))
        if step.links:
            digit = "6" if step.branches else "4"
            keys.append(Key(digit, say(SHOW_CODES), ShowLinks()))
        if step.branches:
            foot = [Key("7", say(DID_NOT_WORK), DidNotWork())]
        else:
            foot = [
                Key("1", say(DONE), Done(), primary=True),
                Key("2", say(DID_NOT_WORK), DidNotWork()),
            ]
        super().__init__(language, keys, [*foot, *always(language)], scene.other_language)
        self._to_tell: list[int] = []
        self.crowded = len(keys) > 1

    def where(self) -> str:
        """The number of the step."""
        return number_in_words(self._scene, self._step)

    def phases(self) -> Words:
        """Those of the situation, the one of this step marked."""
        return phases(self._scene, self._step)

    def words(self) -> ComposeResult:
        """Who acts, what to take care of, what to do, which label, and what comes next."""
        say = self.language.say
        step = self._step
        told = advised(self._scene, step)
        if told.stop:
            yield from known(self._scene, told)
        optional = f"  ·  {say(OPTIONAL)}" if step.optional else ""
        yield Words(say(who(step, self._situation.phone)) + optional, classes="who")
        for guard in guards(step):
            yield Words(say(guard), classes="guard")
        if step.app_screen:
            label = self._scene.label(step.app_screen)
            shows = Utterance(spoken(say(THE_APP_SHOWS, screen="")), self.language.code)
            said = [shows, *label_spoken(label, self.language)]
            yield Words(self._app_screen(), classes="app-screen", said=said)
        yield Words(say(step.instruction), classes="instruction")
        if step.labels and not step.branches:
            yield KeyCaps(self._scene.labels(step), self.language)
        if told.place and not told.stop:
            # While the phone is laid down, where it reads matters more than what was learned.
            yield Words(say(told.place), classes="learned")
        elif not told.stop:
            yield from known(self._scene, told)
        if step.timer:
            yield Words(self._countdown(), classes="countdown")
        if step.expect:
            yield Words(say(step.expect), classes="expect")
        if self.body_keys:
            yield from self.answers()

    def picture(self) -> Widget | None:
        """The phone with the label, or the document."""
        return picture_of(self._scene, self._step)

    def _app_screen(self) -> str:
        assert self._step.app_screen is not None
        label = self._scene.label(self._step.app_screen)
        shown = self.language.say(THE_APP_SHOWS, screen=f"“{label.text}”")
        english = label.english
        return f"{shown} ({self.language.say(IN_ENGLISH, label=english)})" if english else shown

    def on_mount(self) -> None:
        """Starts the countdown where the step has one."""
        if self._step.timer:
            left = self._seconds_left(self._step)
            self._to_tell = [seconds for seconds in TOLD_AT if seconds < left]
            self.set_interval(1.0, self._count)

    def _count(self) -> None:
        left = self._seconds_left(self._step)
        while self._to_tell and left <= self._to_tell[0]:
            # At the end there is something new to do, also for somebody who looks at the phone.
            self.tell(self._countdown(), tone=self._to_tell.pop(0) == 0)
        for words in self.query(".countdown").results(Words):
            words.update(self._countdown())

    def _countdown(self) -> str:
        timer = self._step.timer
        assert timer is not None
        left = self._seconds_left(self._step)
        if left <= 0:
            return self.language.say(timer.after)
        minutes, seconds = divmod(int(left + 0.999), 60)
        return f"{self.language.say(timer.waiting)}  {minutes}:{seconds:02}"
