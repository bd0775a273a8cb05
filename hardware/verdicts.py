"""The words for what the devices found: all that ever leaves the device host besides pixels."""

from enum import StrEnum


class Role(StrEnum):
    """What a device is for in a rehearsal."""

    SCANNER = "scanner"
    """Reads the machine-readable zone (MRZ) of a document."""
    READER = "reader"
    """Finds the chip of a document by NFC."""
    CAMERA = "camera"
    """Shows the person in front of the kiosk."""


class Rehearsal(StrEnum):
    """The three scans of the phone that can be tried on the kiosk's own devices."""

    CODE = "code"
    CHIP = "chip"
    FACE = "face"


ROLE_OF = {Rehearsal.CODE: Role.SCANNER, Rehearsal.CHIP: Role.READER, Rehearsal.FACE: Role.CAMERA}


class ScannerKind(StrEnum):
    """How a scanner takes a document, and so what it asks of the person."""

    SWIPE = "swipe"
    """The edge with the code is pulled through it; it sends by itself."""
    CAMERA = "camera"
    """The document is shown to it; it looks all the time and coaches, with a live preview."""
    FLATBED = "flatbed"
    """The document is laid on its glass or fed into it; it scans when it is told to (`Scan`)."""


class DeviceState(StrEnum):
    """Where one device is in its life."""

    NOT_CONFIGURED = "not-configured"
    """The settings name no such device: this kiosk has none on purpose."""
    OPENING = "opening"
    """It is being opened."""
    READY = "ready"
    """It is open and can be used."""
    STALLED = "stalled"
    """It is open but has sent nothing for longer than it should."""
    OUT_OF_ORDER = "out-of-order"
    """It cannot be used; the reason says why."""


class CodeVerdict(StrEnum):
    """What a document's code (MRZ) means for the scan on the phone."""

    GOOD = "good"
    """A passport or ID card, every check digit right, not expired."""
    EXPIRED = "expired"
    """A passport or ID card, but its date of expiry has passed."""
    VISA = "visa"
    """A visa: it has a code, but no chip and no use in the app."""
    OTHER_KIND = "other-kind"
    """A well-formed code of a kind of document that the app does not take."""
    MISREAD = "misread"
    """It looks like a code, but a check digit is wrong: read it again."""
    UNREADABLE = "unreadable"
    """Something was read that is no machine-readable zone."""


class CodeHint(StrEnum):
    """What to do so that the code of a document held before a camera can be read."""

    NO_DOCUMENT = "no-document"
    """No code is in the picture: there is no document, or it lies outside."""
    WRONG_SIDE = "wrong-side"
    """A document is there, but not the side with the code."""
    TOO_FAR = "too-far"
    """The letters are too small to be read."""
    TOO_NEAR = "too-near"
    """The code is larger than the picture."""
    CUT_OFF = "cut-off"
    """A part of the code lies outside the picture."""
    TILTED = "tilted"
    """The page is not parallel to the camera, or turned too far."""
    BLURRED = "blurred"
    """The picture is out of focus, or the document moves."""
    TOO_DARK = "too-dark"
    """There is too little light."""
    GLARE = "glare"
    """A lamp is mirrored on the code."""
    COVERED = "covered"
    """Fingers or something else lie on the code."""
    UPSIDE_DOWN = "upside-down"
    """The code stands on its head."""
    HOLD_STILL = "hold-still"
    """Everything is right: it only takes a moment more."""
    READ = "read"
    """The code was read."""


class DocumentKind(StrEnum):
    """The kind of document that a code belongs to (ICAO Doc 9303 parts 4 to 7, first letter)."""

    PASSPORT = "passport"
    CARD = "card"
    VISA = "visa"
    OTHER = "other"


class ChipVerdict(StrEnum):
    """What the chip reader found."""

    ANSWERS = "answers"
    """A chip that has the passport application (eMRTD, ICAO Doc 9303 part 10)."""
    OTHER_CHIP = "other-chip"
    """A chip that is no passport's: a bank, travel or entry card."""
    NONE = "none"
    """No chip answered."""
    CONTACT_LOST = "contact-lost"
    """A chip was there and went away before it had answered."""
