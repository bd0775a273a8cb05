"""The app: holds the visit, shows its screen, and wipes it when it ends."""

import asyncio
import errno
import importlib
import logging
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import msgspec
from textual import events
from textual.app import App
from textual.screen import Screen

from hardware.link import Link
from hardware.messages import ChipFound, CodeFound, FaceCoached, FromHost, Scan, Stop
from hardware.resources import Resource
from kiosk import visit as walk
from kiosk.access import Access, Theme, Wish, changed
from kiosk.countries import country_name
from kiosk.fleet.helping import Helped
from kiosk.keeper import BAD_CONFIG, QUIT
from kiosk.language import Language
from kiosk.reading import ConfigError
from kiosk.selftest import busy
from kiosk.selftest.results import Trigger
from kiosk.situations.model import Step
from kiosk.speech.utterance import Utterance
from kiosk.staff import out_of_order, record
from kiosk.visit import (
    Back,
    CallStaff,
    ChipSeen,
    CodeSeen,
    Event,
    FaceSeen,
    Guide,
    Kind,
    Speak,
    Visit,
)
from screens import drawn, themes
from screens.attract import AttractScreen
from screens.audible import Audible
from screens.frame import FrameScreen
from screens.idle import IdleWarning
from screens.keys import Begin, CancelCall, Key, NextLink, OpenAccess, PhraseRead, TestAgain
from screens.kit import Kit
from screens.loudspeaker import Loudspeaker
from screens.scene import Scene
from screens.self_testing import SelfTesting, Stage
from screens.staff_menu.mode import DIGITS_APART, StaffMenu
from screens.staff_menu.wishes import Digit, EndNow, GoToStep, PutOutOfOrder, Restart, StaffWish
from screens.text_size import set_text_size
from screens.textual_private import LockedApp
from screens.widgets.key_button import KeyButton
from screens.wiped import WipedScreen

if TYPE_CHECKING:
    from screens.fleet import FleetEnd

log = logging.getLogger("kiosk")

WIPED_SHOWN = 3.0
"""Seconds for which the screen says that the visit has been erased."""
WIPED_SAID = 15.0
"""Seconds that it stays at most until that has been spoken."""
QUIET = 60.0
"""Seconds without anybody at the first screen, after which the kiosk may test itself."""


def _nothing(*_: object) -> None:
    """Where there is no desk to be told."""


class ReactivationApp(LockedApp):
    """The kiosk on the screen. What a visit leaves in it is one `Visit` and its countdowns."""

    CSS_PATH = "kiosk.tcss"
    TITLE = "Kiosk"

    def __init__(
        self,
        kit: Kit,
        devices: Sequence[Resource],
        alive: int | None = None,
        may_quit: bool = False,
        clock: Callable[[], float] = time.monotonic,
        trust: Path | None = None,
        loudspeaker: Loudspeaker | None = None,
    ) -> None:
        """`alive`: a pipe for signs of life to the keeper; `may_quit`: Ctrl+Q leaves.

        `trust`: the folder with the countries' certificates, by which chips are checked.
        `loudspeaker`: what speaks; None: that of the settings.
        """
        super().__init__(clock)
        for theme in Theme:
            self.register_theme(themes.colours(theme))
        # Not assigned: a theme that changes later has every stylesheet read twice.
        self.set_reactive(App.theme, themes.name_of(kit.settings.screen.theme))
        self.stylesheet.set_variables(self.get_css_variables())
        self.kit = kit
        self._visit: Visit | None = None
        self.access = self._first_access()
        self.loudspeaker = loudspeaker or Loudspeaker(kit)
        self.loudspeaker.on_trouble = self._tell_trouble
        self._choosing_access = False
        """Whether the screen on which one chooses how to hear and see takes the place of others."""
        self._greeting = next(iter(kit.languages))
        """The language of that screen while there is no visit."""
        self.helped = Helped()
        """How staff helps from the desk; see `show_helped`."""
        self.on_call: Callable[[], None] = _nothing
        """Staff is called: whoever brings the call to the desk waits here."""
        self.on_cancel: Callable[[], None] = _nothing
        """Nobody needs to come any more."""
        self.on_phrase_read: Callable[[], None] = _nothing
        """The phrase from the desk has been read."""
        self.on_visit: Callable[[Visit | None, Visit | None], None] = _nothing
        """The visit as it was and as it is now."""
        self.on_heard: Callable[[FromHost], None] = _nothing
        """What the device host has said."""
        self.on_staff: Callable[[str], None] = _nothing
        """What staff did at the kiosk, in words of ours alone."""
        self.fleet: FleetEnd | None = None
        """Who tells the desk; None: there is none, or not yet."""
        self._mute_until = 0.0
        self.link = Link(devices, self.heard, trust)
        self.self_testing = SelfTesting(kit.folders, devices, trust, self._tell_self_test)
        self.out_of_order = out_of_order.load()
        """Why staff has put the kiosk out of order; None: it is not."""
        self.staff_menu = StaffMenu(
            kit.settings.staff, self.link, self.self_testing,
            self._show, self._tell_self_test, self._note_staff,
        )  # fmt: skip
        """The menu for staff: while it is open it takes the place of the other screens."""
        self._visiting: int | None = None
        """The lock that says to other programs that a visit is going on."""
        self._alive = alive
        self._may_quit = may_quit
        self._pressed = ("", 0.0)
        self._countdowns: dict[str, float] = {}
        self._shown_link = 0
        self._warned_at = 0.0
        self._wiping = False
        self._came_with_headphones = False
        """Whether somebody plugged them in while the visit before was wiped."""
        self.bad_config = ""
        """Why the app left with exit code `BAD_CONFIG`, in one line."""

    def on_mount(self) -> None:
        """The first screen; what is heavy comes after it has been painted."""
        self.last_input = self.clock()
        self.push_screen(self._attract())
        self.call_after_refresh(self._after_first_paint)

    def _attract(self) -> FrameScreen:
        languages = list(self.kit.languages.values())
        if self.out_of_order is not None:
            from screens.staff_menu.out_of_order import OutOfOrderScreen

            return OutOfOrderScreen(languages, self.out_of_order)
        return AttractScreen(languages)

    def _after_first_paint(self) -> None:
        self.ignore_signals()
        self._resize_text()  # it is still large where an app before this one crashed
        self._sign_of_life()
        self.set_interval(1.0, self._sign_of_life)
        self.set_interval(0.5, self._check_idle)
        self.set_interval(0.5, self._check_headphones)
        try:
            # Read now, while nobody waits.
            self.kit.content, self.kit.support, self.kit.phrases  # noqa: B018
        except ConfigError as error:
            self.bad_config = str(error)
            self.exit(return_code=BAD_CONFIG)
            return
        self.run_worker(self._warm_up(), exit_on_error=False)
        self.run_worker(self._keep_configuration(), exit_on_error=False)

    async def _warm_up(self) -> None:
        """A device host, numpy for the preview, names of countries: before anybody needs them."""
        await self.link.renew()
        for module in ("screens.showing", "screens.widgets.half_blocks"):
            await asyncio.to_thread(importlib.import_module, module)
        for code in self.kit.languages:
            await asyncio.to_thread(country_name, "DNK", code)
        if self.kit.settings.fleet.broker:
            await self._join_fleet()

    async def _join_fleet(self) -> None:
        """The desk is told from now on; a kiosk that cannot join it works alone."""
        fleet = await asyncio.to_thread(importlib.import_module, "screens.fleet")
        try:
            self.fleet = fleet.FleetEnd(self)
        except (ConfigError, OSError) as error:
            log.error("the kiosk works without the fleet: %s", error)
        else:
            self.fleet.begin()

    async def _keep_configuration(self) -> None:
        """The kiosk came up with it: should it break, it comes up with this one again."""
        from kiosk import last_good

        try:
            await asyncio.to_thread(last_good.keep, self.kit.folders)
        except OSError as error:
            log.warning(
                "the configuration cannot be kept: %s", errno.errorcode.get(error.errno or 0)
            )

    def _sign_of_life(self) -> None:
        if self._alive is None:
            return
        try:
            os.write(self._alive, b".")
        except BlockingIOError:
            pass
        except OSError:
            # The keeper is gone: nobody would give the terminal back.
            self.exit(return_code=1)

    # --- what is pressed ---------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """A digit presses its key, from anywhere on the screen."""
        if self._may_quit and event.key == "ctrl+q":
            self.exit(return_code=QUIT)
            return
        means = self.kit.settings.input
        screen = self.screen
        if not isinstance(screen, FrameScreen):
            return
        if event.key == means.move:
            event.stop()
            self.action_focus_next()
        elif event.key in (means.choose, "enter", "space") and isinstance(self.focused, KeyButton):
            event.stop()
            self.press(self.focused.key, event.time)
        elif event.character:
            key = screen.key_for(means.keypad.get(event.character, event.character))
            if key is not None:
                event.stop()
                self.press(key, event.time)

    def action_focus_next(self) -> None:
        """To the next key, which is told."""
        super().action_focus_next()
        self._tell_focused()

    def action_focus_previous(self) -> None:
        """To the key before, which is told."""
        super().action_focus_previous()
        self._tell_focused()

    def _tell_focused(self) -> None:
        if self.access.speaking and isinstance(self.focused, KeyButton):
            self.loudspeaker.stop()
            said = self.focused.utterances(self.language)
            self.loudspeaker.tell(said, self.language, self.access)

    def on_key_button_pressed(self, message: KeyButton.Pressed) -> None:
        """A finger or the mouse pressed a key."""
        self.press(message.key, message.at)

    def press(self, key: Key, at: float) -> None:
        """Acts on a key, once: a second strike of it, or holding it, does not count.

        `at` is when it was pressed, by the monotonic clock: a busy app may come to it later.
        """
        last, last_at = self._pressed
        self._pressed = (key.digit, at)
        apart = self.kit.settings.input.debounce_seconds
        if isinstance(key.event, Digit):
            apart = min(apart, DIGITS_APART)
        if key.digit == last and at - last_at < apart:
            return
        if self._wiping:
            return
        self.loudspeaker.stop()
        match key.event:
            case OpenAccess():
                self._choosing_access = True
                self._show()
            case Back() if self._choosing_access:
                self._choosing_access = False
                self._show()
            case Speak(language) if self.visit is None:
                self._greeting = language
                self._show()
            case Begin(language):
                self._begin(language)
                self._show()
            case CallStaff():
                self._call_staff()
            case CancelCall():
                self.on_cancel()
            case PhraseRead():
                self._phrase_read()
                self._show()
            case NextLink():
                self._shown_link += 1
                self._show()
            case TestAgain():
                self.self_testing.begin(Trigger.STAFF)
            case Scan():
                if isinstance(self.screen, FrameScreen):
                    self.screen.scan()
            case event if isinstance(event, get_args(Wish)):
                self.wish(event)
            case event if isinstance(event, get_args(StaffWish)):
                self._act_for_staff(event)
            case event:
                # What the visit answers is to be seen; another language can be tried here.
                if not isinstance(event, Speak):
                    self._choosing_access = False
                    self._phrase_read()
                self.happen(event)

    @property
    def visit(self) -> Visit | None:
        """Where the citizen is; None: nobody is there."""
        return self._visit

    @visit.setter
    def visit(self, visit: Visit | None) -> None:
        before, self._visit = self._visit, visit
        if visit is not before:
            self.on_visit(before, visit)

    def _begin(self, language: str) -> None:
        self._lock_visit()
        self.visit = walk.begin(language, self.kit.content)

    def _call_staff(self) -> None:
        """From any screen: whoever has no visit yet has one now, as staff helps a visit."""
        if self.visit is None:
            self._begin(self._greeting)
        above = self._choosing_access or bool(self.helped.phrase)
        self._choosing_access = False
        self._phrase_read()
        before = self.visit
        self.on_call()
        self.happen(CallStaff())
        if above and self.visit is before:  # the staff screen was below
            self._show()

    # --- the menu for staff ------------------------------------------------------------------

    def _act_for_staff(self, wish: StaffWish) -> None:
        """What staff does to the visit and the kiosk; the menu itself sees to the rest."""
        menu = self.staff_menu
        match wish:
            case GoToStep(situation, step) if menu.unlocked:
                self._note_staff("go-to-step")
                menu.close()
                before = self.visit
                self.happen(Guide(step, situation))
                if self.visit == before:
                    self._show()
            case EndNow() if menu.unlocked:
                self._note_staff("end-visit")
                self.end_visit()
            case PutOutOfOrder(why) if menu.unlocked:
                self._note_staff(f"out-of-order-{why.value}" if why else "in-order")
                self.out_of_order = why
                out_of_order.keep(why)
                menu.close()
                if self.visit is None:
                    self._show()
                else:
                    self.end_visit()
            case Restart(role):
                menu.restart(role)
            case GoToStep() | EndNow() | PutOutOfOrder():
                pass  # a key of a screen that is being left
            case _:
                menu.act(wish)

    def _note_staff(self, deed: str) -> None:
        """What staff did at the kiosk, in words of ours alone."""
        log.info("staff: %s", deed)
        if self.fleet is not None:
            self.on_staff(deed)
        else:
            noted = asyncio.to_thread(record.note, deed)
            self.run_worker(noted, group="record", exit_on_error=False)

    # --- help from the desk ------------------------------------------------------------------

    def show_helped(self, helped: Helped) -> None:
        """How staff helps has changed: the banner, the staff screen and a phrase follow."""
        before, self.helped = self.helped, helped
        if self.visit is None or self._wiping or not self.screen_stack:
            return
        on_staff_screen = self.visit.spot.kind is Kind.STAFF and not self._choosing_access
        alone = msgspec.structs.replace(before, phrase=helped.phrase)
        if helped.phrase and helped.phrase != before.phrase:
            self._choosing_access = False
            self._stay()
            self._show()
        elif helped.phrase != before.phrase or (on_staff_screen and helped != alone):
            self._stay()
            self._show()
        else:
            for screen in self.screen_stack:
                if isinstance(screen, FrameScreen) and screen.is_mounted:
                    screen.show_helped(helped)

    def for_desk(self, event: Event) -> None:
        """Takes the visit on as the desk asks; what stands above it gives way."""
        above = self._choosing_access or bool(self.helped.phrase)
        if not isinstance(event, Speak):
            self._choosing_access = False
            self._phrase_read()
        self._stay()
        before = self.visit
        self.happen(event)
        if above and self.visit == before:
            self._show()

    def mute(self, seconds: float) -> None:
        """Speaks nothing for so long, but that the visit is about to end."""
        self._mute_until = self.clock() + seconds
        self.loudspeaker.stop()

    @property
    def wiping(self) -> bool:
        """Whether the visit before is being erased."""
        return self._wiping

    def _is_mute(self) -> bool:
        return self.clock() < self._mute_until and not isinstance(self.screen, IdleWarning)

    def _phrase_read(self) -> None:
        if self.helped.phrase:
            self.helped = msgspec.structs.replace(self.helped, phrase="")
            self.on_phrase_read()

    def wish(self, wish: Wish) -> None:
        """Switches how the kiosk is heard and seen."""
        before = self.access
        self._use(changed(before, wish))
        if self._choosing_access:
            from screens.access import AccessScreen

            if isinstance(self.screen, AccessScreen):
                self.screen.show(self.access)
        # What has changed is told by that screen; here it is read what was not heard yet, or again.
        if self.access == before or not before.speaking:
            self._read(self.screen)

    def happen(self, event: Event) -> None:
        """Takes the visit on by an event and shows where it stands."""
        if self.visit is None:
            return
        before = self.visit
        tries = self.kit.settings.kiosk.tries_before_desk
        self.visit = walk.advance(before, event, self.kit.content, tries)
        if self.visit.spot.kind is Kind.OVER:
            self.end_visit()
        elif self.visit != before:
            self._shown_link = 0
            self._show()

    # --- what is shown -----------------------------------------------------------------------

    @property
    def language(self) -> Language:
        """That of the visit; before one begins, the first on offer or the one that was wished."""
        return self.kit.languages[self.visit.language if self.visit else self._greeting]

    def _show(self) -> None:
        # Before the next screen may begin a rehearsal: the old one is unmounted only after that.
        self.link.send(Stop())
        self._begin_or_end_self_test()
        screen = self._screen()
        screen.helped = self.helped
        self.switch_screen(screen)

    def _screen(self) -> FrameScreen:
        # Imported here, after the first paint: the first screen needs none of the others.
        from screens.showing import screen_for

        if self._choosing_access:
            from screens.access import AccessScreen

            other = self.kit.language_after(self.language.code)
            trouble = self.loudspeaker.trouble
            sound = self.language.say(trouble) if trouble else ""
            return AccessScreen(self.language, self.access, self.kit.settings, other, sound)
        if self.staff_menu.where is not None:
            from screens.staff_menu.showing import staff_screen

            visit = self.visit
            return staff_screen(
                self.kit, self.language,
                Scene(self.kit, visit, self.access.motion) if visit else None,
                self.staff_menu, self.self_testing, self.out_of_order, self.size.height,
            )  # fmt: skip
        if self.visit is None:
            return self._attract()
        scene = Scene(self.kit, self.visit, self.access.motion, self.helped)
        if self.helped.phrase:
            from screens.phrase import PhraseScreen

            return PhraseScreen(scene)
        return screen_for(
            scene, self._shown_link, self._seconds_left, self.link.send, self.self_testing
        )

    def _seconds_left(self, step: Step) -> float:
        """How long the countdown of a step still runs; going back and forth does not restart it."""
        if step.timer is None:
            return 0.0
        ends = self._countdowns.setdefault(step.id, self.clock() + step.timer.seconds)
        return ends - self.clock()

    def _use(self, access: Access) -> None:
        """What is switched takes effect."""
        resized = access.large is not self.access.large
        self.access = access
        self.theme = themes.name_of(access.theme)
        if resized:
            self._resize_text()

    def _resize_text(self) -> None:
        size = set_text_size(self.kit.settings.screen, self.access.large)
        self.run_worker(size, group="text-size", exclusive=True, exit_on_error=False)

    # --- what is heard -----------------------------------------------------------------------

    def _first_access(self, speaking: bool = False) -> Access:
        screen = self.kit.settings.screen
        return Access(speaking, theme=screen.theme, motion=screen.motion)

    def _read(self, screen: Screen[None]) -> None:
        if self.access.speaking and not self._is_mute():
            self.loudspeaker.read(screen, self.language, self.access)
            if not self.kit.settings.speech.program:
                self._tell_trouble()

    def _tell_trouble(self) -> None:
        """Speech was asked for, and nothing is heard: why stands where it is switched on."""
        if self.screen_stack and not self._wiping:
            self.access = msgspec.structs.replace(self.access, speaking=False)
            self._choosing_access = True
            self._show()

    def on_audible_shown(self) -> None:
        """A screen is read aloud as soon as it stands there."""
        if self.screen_stack:  # there is none any more while the app leaves
            self._read(self.screen)

    def on_audible_news(self, news: Audible.News) -> None:
        """What changes on a screen is told."""
        self._tell(news.utterances, news.tone)

    def _tell(self, news: Sequence[Utterance], tone: bool = False) -> None:
        if self._is_mute():
            return
        if tone:
            self.run_worker(self.loudspeaker.sound(self.access), exit_on_error=False)
        if self.access.speaking:
            self.loudspeaker.tell(news, self.language, self.access)

    def _check_headphones(self) -> None:
        """Headphones that are plugged in start speech; without them it stops at once."""
        if not (self.screen_stack and self.loudspeaker.headphones_changed()):
            return
        if self._wiping:
            # The one who comes next; who leaves is told to the end.
            self._came_with_headphones = self.loudspeaker.private
            return
        self.loudspeaker.stop()
        self.access = msgspec.structs.replace(self.access, speaking=self.loudspeaker.private)
        self._read(self.screen)

    # --- the devices -------------------------------------------------------------------------

    def heard(self, message: FromHost) -> None:
        """What the device host says goes to the rehearsal on the screen; findings to the visit."""
        self.on_heard(message)
        if self.visit is None or self.visit.spot.kind is not Kind.REHEARSAL or not self.is_running:
            return
        seen: Event | None = None
        match message:
            case CodeFound(verdict, kind, country, chip):
                seen = CodeSeen(verdict, kind, country, chip)
            case ChipFound(verdict):
                seen = ChipSeen(verdict)
            case FaceCoached(hint):
                seen = FaceSeen(hint)
        if seen is not None:
            self.visit = walk.advance(self.visit, seen, self.kit.content)
        for screen in self.screen_stack:
            if isinstance(screen, FrameScreen) and screen.is_mounted:
                screen.heard(message)

    # --- the self-test -----------------------------------------------------------------------

    def _begin_or_end_self_test(self) -> None:
        """One runs for the clerk as long as its screen is there; no other runs during a visit."""
        if self.visit is None or self.staff_menu.unlocked:
            return
        if self.visit.spot.kind is not Kind.SELF_TEST:
            self.self_testing.stop()
        elif self.self_testing.stage is Stage.NONE:
            self.self_testing.begin(Trigger.STAFF)

    def _tell_self_test(self) -> None:
        from screens.self_test import SelfTestScreen
        from screens.staff_menu.devices import DevicesScreen
        from screens.staff_menu.pin_pad import PinPadScreen

        for screen in self.screen_stack:
            if not screen.is_mounted:
                continue
            if isinstance(screen, SelfTestScreen | DevicesScreen | PinPadScreen):
                screen.news()

    def _test_itself(self, now: float) -> None:
        """Between visits, while nobody is there."""
        if now - self.last_input > QUIET and not self._choosing_access:
            self.self_testing.between_visits(now, self.kit.settings.selftest.every_minutes * 60)

    def _lock_visit(self) -> None:
        try:
            self._visiting = busy.begin(busy.VISIT)
        except OSError as error:
            log.warning("a visit cannot be told: %s", errno.errorcode.get(error.errno or 0))

    def _unlock_visit(self) -> None:
        if self._visiting is not None:
            busy.end(self._visiting)
            self._visiting = None

    # --- idle, and the end -------------------------------------------------------------------

    def _patience(self) -> float:
        idle = self.kit.settings.idle
        assert self.visit is not None
        kind = self.visit.spot.kind
        elsewhere = kind in (Kind.STEP, Kind.TROUBLE, Kind.LINKS, Kind.STAFF, Kind.SELF_TEST)
        return idle.on_phone_seconds if elsewhere else idle.seconds

    def _check_idle(self) -> None:
        if self._wiping or not self.screen_stack:  # there is none any more while the app leaves
            return
        now = self.clock()
        if self.staff_menu.where is not None:
            self.staff_menu.look_at_clock(now - self.last_input)
            return
        if self.visit is None:
            if now - self.last_input > self.kit.settings.idle.seconds:
                self._forget_access()
            self._test_itself(now)
            return
        seconds = self.kit.settings.idle.warning_seconds
        if isinstance(self.screen, IdleWarning):
            # Counted from when the warning came up: nobody is wiped without having been warned.
            left = self._warned_at + seconds - now
            if left <= 0:
                self.end_visit()
            else:
                self.screen.show_left(left)
        elif now - self.last_input > self._patience():
            self._warned_at = now
            self.push_screen(IdleWarning(self.language, seconds))

    def on_idle_warning_stay(self) -> None:
        """Somebody is still there: the clock was fed by the press itself."""
        self._stay()

    def _stay(self) -> None:
        self.last_input = self.clock()
        if isinstance(self.screen, IdleWarning):
            self.pop_screen()

    def end_visit(self, begin_again: bool = False) -> None:
        """Wipes the visit, says so, and shows the first screen again.

        `begin_again`: and then the first question, in the same language.
        """
        if self.visit is None or self._wiping:
            return
        language = self.language
        self._wiping = True
        self._choosing_access = False
        self.staff_menu.close()
        self._greeting = language.code
        self.visit = None
        self.helped = Helped(self.helped.staffed)
        self._countdowns.clear()
        self._mute_until = 0.0
        self._shown_link = 0
        self.self_testing.stop()
        again = language.code if begin_again else None
        self.run_worker(self._wipe(WipedScreen(language), again), exit_on_error=True)

    async def _wipe(self, wiped: WipedScreen, begin_again: str | None) -> None:
        if isinstance(self.screen, IdleWarning):
            await self.pop_screen()
        await self.switch_screen(wiped)
        # All that is personal is in the device host: it is killed, and a fresh one started.
        await self.link.renew()
        drawn.forget()
        self._unlock_visit()
        wiped.done()
        await asyncio.sleep(WIPED_SHOWN)
        await self.loudspeaker.quiet(WIPED_SAID)
        self._reset_access()
        self._wiping = False
        if begin_again is not None:
            self._begin(begin_again)
            self._stay()
            self._show()
            return
        await self.switch_screen(self._attract())

    def _reset_access(self) -> None:
        """As every visit begins: silent, at the usual volume, with the kiosk's own colours."""
        self.loudspeaker.stop()
        self._use(self._first_access(speaking=self._came_with_headphones))
        self._came_with_headphones = False
        self._greeting = next(iter(self.kit.languages))

    def _forget_access(self) -> None:
        """Somebody has chosen how to hear and see, and has gone away."""
        if self._choosing_access or self.access != self._first_access():
            self._choosing_access = False
            self._reset_access()
            self._show()

    async def on_unmount(self) -> None:
        """The app leaves: so do the device host, a self-test and whoever speaks."""
        await self.staff_menu.close_down()
        if self.fleet is not None:
            await self.fleet.close()
        await asyncio.gather(self.link.close(), self.self_testing.close(), self.loudspeaker.close())
        self._unlock_visit()
