"""When trying on makes no sense: which findings say so, and the sentences that say why."""

from hardware.verdicts import ChipVerdict, CodeVerdict
from kiosk.language import mark
from kiosk.learned import ABOUT_LYING

CHIP_ANSWERS = (frozenset(ChipVerdict) - ABOUT_LYING) | {ChipVerdict.REMOVED, ChipVerdict.UNSTABLE}
"""Verdicts on a travel document's chip: there is one."""
UNCONFIRMED = (
    ChipVerdict.SIGNATURE_WRONG,
    ChipVerdict.ISSUER_WRONG,
    ChipVerdict.GROUPS_ALTERED,
    ChipVerdict.CHIP_NOT_PROVEN,
)
INCOMPLETE = (ChipVerdict.FILE_MISSING, ChipVerdict.FILE_DENIED, ChipVerdict.FILE_MALFORMED)
DOUBTFUL = (
    CodeVerdict.EXPIRY_IMPOSSIBLE,
    CodeVerdict.CHECKS_DIFFER,
    CodeVerdict.RESIDENCE,
    CodeVerdict.TRAVEL_DOCUMENT,
)
"""Codes of which nobody knows whether the app takes them."""

_OTHER_DOCUMENT = mark(
    "The app will refuse this document. Use your passport. Without one, go to the desk."
)
HOPELESS = {
    CodeVerdict.EXPIRED: mark(
        "Stop here: this document has expired. Use another valid one, or go to the desk."
    ),
    CodeVerdict.EXPIRED_DANISH: mark(
        "Stop here: by its code, this passport has expired. Use another, or go to the desk."
    ),
    CodeVerdict.NO_CHIP: mark(
        "Stop here: this card has no chip. Use your passport. Without one, go to the desk."
    ),
    CodeVerdict.TEMPORARY: mark(
        "Stop here: the app takes no temporary document. Use another, or go to the desk."
    ),
    CodeVerdict.CREW: _OTHER_DOCUMENT,
    CodeVerdict.OTHER_KIND: _OTHER_DOCUMENT,
    CodeVerdict.VISA: mark(
        "Stop here: this is a visa. Use the passport itself. Without one, go to the desk."
    ),
}
"""Documents that the app surely refuses: what to do instead."""

CHIP_UNCONFIRMED = mark("The kiosk could not confirm this chip. If the app cannot, go to the desk.")
CHIP_INCOMPLETE = mark("This chip could not be read whole here. If the app cannot, go to the desk.")
CHIP_SILENT = mark("No chip answered here. If none answers on the phone, go to the desk.")
NOT_MADE_WITH_CHIP = mark(
    "Documents like yours have no chip. Use your passport, or go to the desk."
)
MAY_REFUSE = mark("The app may not take this document. If it refuses it, go to the desk.")
LAST_TRY = mark("If this does not help either, go to the desk. The staff can help in another way.")
TRIED_ENOUGH = mark("That is enough for now. Go to the desk. The staff can help in another way.")
