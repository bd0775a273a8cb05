"""Which screen shows where the menu for staff stands."""

from kiosk.fleet.reports import OutOfOrder
from kiosk.language import Language
from screens.frame import FrameScreen
from screens.kit import Kit
from screens.scene import Scene
from screens.self_testing import SelfTesting
from screens.staff_menu.devices import DevicesScreen
from screens.staff_menu.menu import EndScreen, MenuScreen
from screens.staff_menu.mode import StaffMenu
from screens.staff_menu.out_of_order import OrderScreen
from screens.staff_menu.overview import DeskScreen, OverviewScreen, TriedScreen
from screens.staff_menu.pin_pad import NoPinScreen, PinPadScreen
from screens.staff_menu.steps import SituationsScreen, StepsScreen
from screens.staff_menu.wishes import Page


def staff_screen(
    kit: Kit,
    language: Language,
    scene: Scene | None,
    menu: StaffMenu,
    testing: SelfTesting,
    out: OutOfOrder | None,
    rows: int,
) -> FrameScreen:
    """A new screen of the menu.

    `scene`: of the visit, if there is one; `out`: why the kiosk is out of order; `rows`: of the
    terminal.
    """
    where = menu.where
    assert where is not None
    other = kit.language_after(language.code)
    match where.page:
        case Page.NO_PIN:
            return NoPinScreen(language, other)
        case Page.PIN:
            return PinPadScreen(language, menu)
        case Page.DEVICES:
            return DevicesScreen(language, other, menu, testing)
        case Page.ORDER:
            return OrderScreen(language, other, out)
        case Page.DESK:
            return DeskScreen(language, other, kit.content.as_of)
    if scene is not None:
        match where.page:
            case Page.SITUATIONS:
                return SituationsScreen(scene)
            case Page.STEPS if where.situation is not None:
                return StepsScreen(scene, where.situation, where.number)
            case Page.OVERVIEW if scene.situation is not None:
                return OverviewScreen(scene, where.number, rows)
            case Page.TRIED:
                return TriedScreen(scene, testing.latest())
            case Page.END:
                return EndScreen(language, other)
    return MenuScreen(language, other, scene, out is not None)
