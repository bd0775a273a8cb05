"""Which screen shows where a visit stands."""

from collections.abc import Callable

from hardware.messages import ToHost
from hardware.verdicts import Rehearsal
from kiosk.situations.model import Step
from kiosk.visit import CODE, Kind, links_of, step_of
from screens.chip_rehearsal import ChipRehearsalScreen
from screens.closing import EndScreen
from screens.code_rehearsal import CodeRehearsalScreen
from screens.face_rehearsal import FaceRehearsalScreen
from screens.frame import FrameScreen
from screens.handover_note import NoteCodeScreen, NoteScreen
from screens.links import LinksScreen
from screens.needs import NeedsScreen, RehearsalsScreen
from screens.phone_kind import PhoneKindScreen
from screens.question import QuestionScreen
from screens.route import RouteScreen
from screens.scene import Scene
from screens.self_test import SelfTestScreen
from screens.self_testing import SelfTesting
from screens.staff import RestartScreen, StaffScreen
from screens.step import StepScreen
from screens.trouble import TroubleScreen
from screens.typing import TypingScreen


def screen_for(
    scene: Scene,
    shown_link: int,
    seconds_left: Callable[[Step], float],
    to_host: Callable[[ToHost], None],
    testing: SelfTesting,
) -> FrameScreen:
    """A new screen for the visit.

    `shown_link`: which of several QR codes; `seconds_left`: how long a step's countdown still
    runs; `to_host`: what a rehearsal says goes to the device host; `testing`: the self-test.
    """
    visit, content = scene.visit, scene.kit.content
    match visit.spot.kind:
        case Kind.QUESTION:
            return QuestionScreen(scene)
        case Kind.ROUTE:
            return RouteScreen(scene)
        case Kind.NEEDS:
            return NeedsScreen(scene)
        case Kind.REHEARSALS:
            return RehearsalsScreen(scene)
        case Kind.REHEARSAL:
            rehearsal = Rehearsal(visit.spot.id)
            if rehearsal is Rehearsal.CODE:
                return CodeRehearsalScreen(scene, to_host)
            if rehearsal is Rehearsal.CHIP:
                return ChipRehearsalScreen(scene, to_host)
            return FaceRehearsalScreen(scene, to_host)
        case Kind.PHONE:
            return PhoneKindScreen(scene)
        case Kind.TYPING:
            return TypingScreen(scene)
        case Kind.LINKS:
            return LinksScreen(scene, links_of(visit, content), shown_link)
        case Kind.STAFF:
            return StaffScreen(scene, testing.latest())
        case Kind.NOTE:
            return NoteCodeScreen(scene) if visit.spot.id == CODE else NoteScreen(scene)
        case Kind.SELF_TEST:
            return SelfTestScreen(scene, testing)
        case Kind.RESTART:
            return RestartScreen(scene)
        case Kind.END:
            return EndScreen(scene)
    step = step_of(visit, content)
    assert step is not None
    if visit.spot.kind is Kind.TROUBLE:
        return TroubleScreen(scene, step)
    return StepScreen(scene, step, seconds_left)
