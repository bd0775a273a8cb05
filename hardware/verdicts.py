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


class HealingStep(StrEnum):
    """What the device host did to get a device back that had failed."""

    REOPENED = "reopened"
    """It was opened again."""
    RESET = "reset"
    """It was reset on its bus, as if it had been plugged in anew."""
    GIVEN_UP = "given-up"
    """Opening it again did not help, and no reset was left or could be made."""


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


class FaceHint(StrEnum):
    """What to do before the camera, in the order in which it is said: one at a time.

    Left, right, up and down as in a mirror, and as for the person who looks into it.
    """

    NO_FACE = "no-face"
    """No face is in the picture."""
    SEVERAL = "several"
    """More than one person is in the picture."""
    TOO_FAR = "too-far"
    """The face is too small."""
    TOO_NEAR = "too-near"
    """The face is larger than the oval."""
    MOVE_LEFT = "move-left"
    """The face is too far to the right."""
    MOVE_RIGHT = "move-right"
    MOVE_UP = "move-up"
    """The face is too low."""
    MOVE_DOWN = "move-down"
    TURN_LEFT = "turn-left"
    """The face looks too far to the right."""
    TURN_RIGHT = "turn-right"
    LOOK_UP = "look-up"
    """The face looks down."""
    LOOK_DOWN = "look-down"
    UPRIGHT = "upright"
    """The head leans to one shoulder."""
    BACKLIGHT = "backlight"
    """What is behind the face is much brighter than the face: a window or a lamp."""
    TOO_DARK = "too-dark"
    """There is too little light on all that the camera sees."""
    TOO_BRIGHT = "too-bright"
    """There is so much light on the face that parts of it are white."""
    UNEVEN = "uneven"
    """One side of the face has much less light than the other."""
    COVERED = "covered"
    """Something of another colour than skin covers mouth or nose: a mask, a scarf."""
    MORE_LIGHT = "more-light"
    """The face alone is dark: more light on it may help. Dark skin looks like this, too."""
    GLARE = "glare"
    """Light is mirrored in glasses."""
    HEADWEAR = "headwear"
    """Something is on the head; it may have to stay there."""
    BLURRED = "blurred"
    """The picture is not sharp."""
    HOLD_STILL = "hold-still"
    """The face moves, or all is right and it only takes a moment more."""
    READY = "ready"
    """Like this it would work on the phone."""


MAY_STAY = frozenset({FaceHint.MORE_LIGHT, FaceHint.GLARE, FaceHint.HEADWEAR})
"""Hints that are no failure: told, and then left alone. Glasses and what is on the head may have to
stay, and how dark a face is depends on its skin as well as on the light."""


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
    """What became of a document's chip on the reader: for each there is one thing to do next."""

    WORKS = "works"
    """It was opened and read, and nothing that could be checked was wrong."""
    ANSWERS = "answers"
    """A travel document's chip (eMRTD) answers; without a code it was not read further."""

    READER_MISSING = "reader-missing"
    """No reader is plugged in where the settings say, or it may not be opened."""
    READER_SERVICE_DOWN = "reader-service-down"
    """The service that owns the readers (pcscd) does not run."""
    READER_LOST = "reader-lost"
    """The reader was there and went away, or answers nothing sensible any more."""

    NONE = "none"
    """No chip is in the field."""
    SEVERAL = "several"
    """More than one chip is in the field, so that none can be read."""
    MUTE = "mute"
    """A chip is there but does not answer when it is activated."""
    NOT_ISO_DEP = "not-iso-dep"
    """A chip that does not speak ISO/IEC 14443-4: a simple travel or entry card."""
    NOT_EMRTD = "not-emrtd"
    """A chip that has no passport application: a bank card, a company's card."""
    REMOVED = "removed"
    """The document was taken away, or moved out of reach, while it was read."""
    UNSTABLE = "unstable"
    """The document lies there, but contact breaks again and again."""

    WRONG_KEY = "wrong-key"
    """The chip refuses the key from the code: most likely the code was read wrongly."""
    DELAYED = "delayed"
    """The chip makes us wait, because wrong keys were tried on it before."""
    UNSUPPORTED = "unsupported"
    """The chip asks for a way of opening that we do not know."""
    MESSAGING_BROKEN = "messaging-broken"
    """After it was opened, an answer of the chip was not protected as it must be."""

    FILE_MISSING = "file-missing"
    """A file that every travel document must have is not there."""
    FILE_DENIED = "file-denied"
    """The chip does not hand out a file that everybody with the key may read."""
    FILE_MALFORMED = "file-malformed"
    """A file is there but not as it must be."""

    SIGNATURE_WRONG = "signature-wrong"
    """The issuer's signature over the chip's data (SOD) does not fit."""
    ISSUER_WRONG = "issuer-wrong"
    """Who signed is known by name, but that country's certificates do not vouch for it."""
    GROUPS_ALTERED = "groups-altered"
    """What was read is not what was signed: a hash of a data group differs."""
    CHIP_NOT_PROVEN = "chip-not-proven"
    """Chip or active authentication failed: the chip may be a copy."""
    CODE_DIFFERS = "code-differs"
    """The chip holds another code than the one that was read: of another document."""
    EXPIRED = "expired"
    """All is in order, but the document has expired."""

    TIMEOUT = "timeout"
    """The chip took longer than is sensible."""
    CANCELLED = "cancelled"
    """Reading was given up because somebody went on."""


class ChipPhase(StrEnum):
    """How far the reading of a chip is."""

    CONNECTING = "connecting"
    """The chip is being activated, and asked whether it is a travel document's."""
    OPENING = "opening"
    """It is being opened with the key (PACE or BAC)."""
    READING = "reading"
    """Its files are being read."""
    PROVING = "proving"
    """It is to prove that it is no copy (chip and active authentication)."""
    CHECKING = "checking"
    """What was read is being checked; the document may be taken away."""


class ChipCheck(StrEnum):
    """What can be checked of a chip (ICAO Doc 9303 parts 11 and 12)."""

    SOD_SIGNATURE = "sod_signature"
    """The document security object is signed by the certificate that it carries."""
    ISSUER_CHAIN = "issuer_chain"
    """That certificate is signed by a country's (CSCA) that this kiosk knows."""
    GROUP_HASHES = "group_hashes"
    """The data groups that were read are those that were signed."""
    CHIP_AUTHENTICATION = "chip_authentication"
    """The chip holds the private key for its public key in DG14."""
    ACTIVE_AUTHENTICATION = "active_authentication"
    """The chip holds the private key for its public key in DG15."""
    MATCHES_CODE = "matches_code"
    """DG1 holds the code that was read by the scanner."""
    NOT_EXPIRED = "not_expired"
    """The date of expiry in DG1 has not passed."""


class CheckOutcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"


class CheckReason(StrEnum):
    """Why a check failed or was not done."""

    FITS = "fits"
    """It passed."""
    NOT_THERE = "not-there"
    """The chip has not got what the check needs."""
    NOT_READ = "not-read"
    """Reading ended before it."""
    NOT_NEEDED = "not-needed"
    """Another check has shown the same already."""
    MALFORMED = "malformed"
    """What the check needs is not as it must be."""
    UNSUPPORTED = "unsupported"
    """An algorithm or a curve that we do not know."""
    NOT_SIGNED = "not-signed"
    """What the check needs is itself not vouched for, because the signature was not right."""
    NO_CODE = "no-code"
    """No whole code was given to compare with."""
    UNKNOWN_ISSUER = "unknown-issuer"
    """No certificate of this country is in the kiosk's trust list."""
    WRONG_SIGNATURE = "wrong-signature"
    """A signature does not fit."""
    WRONG_HASH = "wrong-hash"
    """A hash differs."""
    CERTIFICATE_EXPIRED = "certificate-expired"
    """The certificate was not valid when the document was made."""
    WRONG_ANSWER = "wrong-answer"
    """The chip's proof is not right."""
    DIFFERS = "differs"
    """The codes are not the same."""
    DATE_PASSED = "date-passed"
    """The date of expiry has passed."""
    DATE_UNKNOWN = "date-unknown"
    """The date of expiry is not a date."""
