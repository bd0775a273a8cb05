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
    """The document is laid on its glass; it scans when it is told to (`Scan`)."""
    FEEDER = "feeder"
    """The document is put into it; it draws it in and scans by itself."""


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


EXPIRES_SOON_DAYS = 30
"""From so many days before its date of expiry a document is said to expire soon.

What may come after this visit, a code display by post or an appointment at Borgerservice, can take
weeks, and so does a new passport: whoever hears it has time to act on it.
"""


class CodeVerdict(StrEnum):
    """What a document's code (MRZ) means for the scan on the phone."""

    GOOD = "good"
    """A passport or ID card, every check digit right, not expired."""
    EXPIRES_SOON = "expires-soon"
    """The same, but it expires within `EXPIRES_SOON_DAYS`."""
    EXPIRED = "expired"
    """Its date of expiry has passed."""
    EXPIRED_DANISH = "expired-danish"
    """A Danish passport whose date of expiry has passed: it may be extended in handwriting."""
    EXPIRY_IMPOSSIBLE = "expiry-impossible"
    """The date of expiry is none, and yet its check digit is right: it was printed so."""
    CHECKS_DIFFER = "checks-differ"
    """Read the same way twice, and yet a check digit is wrong: most likely it was printed so."""
    NO_CHIP = "no-chip"
    """A card of a kind that has no chip."""
    RESIDENCE = "residence"
    """A residence permit: whether the app takes it is not known."""
    TRAVEL_DOCUMENT = "travel-document"
    """A booklet in place of a national passport: whether the app takes it is not known."""
    TEMPORARY = "temporary"
    """An emergency passport: the app takes no temporary documents."""
    CREW = "crew"
    """The certificate of a crew member, which the app does not take."""
    VISA = "visa"
    """A visa: it has a code, but no chip and no use in the app."""
    OTHER_KIND = "other-kind"
    """A well-formed code of another kind of document that the app does not take."""
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
    """The kind of document that a code belongs to, by its document code and issuer."""

    PASSPORT = "passport"
    """A national passport: code P and what the issuer puts behind it (ICAO Doc 9303-4)."""
    TRAVEL_DOCUMENT = "travel-document"
    """A passport for people who are no nationals of the issuer, or a laissez-passer."""
    TEMPORARY = "temporary"
    """An emergency passport."""
    CARD = "card"
    """An identity or passport card: code I, A or C (Doc 9303-5 and 9303-6)."""
    RESIDENCE = "residence"
    """A residence permit in the form of a card."""
    CREW = "crew"
    """A crew member certificate (Doc 9303-5 and 9303-6)."""
    VISA = "visa"
    """A visa: code V (Doc 9303-7)."""
    OTHER = "other"


class ChipExpected(StrEnum):
    """Whether a document of this kind and issuer has a chip that a phone can read."""

    YES = "yes"
    """All that are valid today have one; temporary ones may have none."""
    PERHAPS = "perhaps"
    """Not known: the sign of a chip on the document tells."""
    NO = "no"
    """None of them has one."""


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
