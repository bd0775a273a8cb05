"""What can be checked of what was read: signature, issuer, hashes, code and date.

Passive authentication is Doc 9303 part 11 section 5.1. A check that was not done says why.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from cryptography.hazmat.primitives import hashes

from hardware.emrtd import cms, sod
from hardware.emrtd.trust import TrustStore
from hardware.mrz.dates import last_day
from hardware.mrz.parsing import MalformedCodeError, parse
from hardware.verdicts import CheckOutcome, CheckReason, ChipCheck

Check = tuple[CheckOutcome, CheckReason]
Checked = dict[ChipCheck, Check]

PASSED: Check = (CheckOutcome.PASSED, CheckReason.FITS)


def failed(reason: CheckReason) -> Check:
    """A check that failed for this reason."""
    return CheckOutcome.FAILED, reason


def not_done(reason: CheckReason) -> Check:
    """A check that was not done for this reason."""
    return CheckOutcome.NOT_DONE, reason


def passive(
    security_object: bytes | None, groups: Mapping[int, bytes], trust: TrustStore | None
) -> Checked:
    """Signature, issuer and hashes, by EF.SOD and the files of the groups, both as read, whole.

    `security_object` None: the chip has none. `groups` are those that were read, by their number.
    """
    three = (ChipCheck.SOD_SIGNATURE, ChipCheck.ISSUER_CHAIN, ChipCheck.GROUP_HASHES)
    if security_object is None:
        return dict.fromkeys(three, not_done(CheckReason.NOT_THERE))
    try:
        read = sod.read(security_object)
    except sod.MalformedSodError:
        missing = dict.fromkeys(three, not_done(CheckReason.NOT_SIGNED))
        return {**missing, ChipCheck.SOD_SIGNATURE: failed(CheckReason.MALFORMED)}
    return {
        ChipCheck.SOD_SIGNATURE: read.signed.signature,
        ChipCheck.ISSUER_CHAIN: issuer_chain(read.signed, trust),
        ChipCheck.GROUP_HASHES: group_hashes(read, groups),
    }


def issuer_chain(signed: cms.SignedData, trust: TrustStore | None) -> Check:
    """Whether a country's certificate vouches for the signer's."""
    if trust is None:
        return not_done(CheckReason.UNKNOWN_ISSUER)
    return trust.vouch(signed.signer, signed.signed_at)


def group_hashes(read: sod.Sod, groups: Mapping[int, bytes]) -> Check:
    """Whether the groups are those of the security object, by hashes over their raw bytes.

    A group that the object does not name fails: nobody vouches for it. Hashes that fit prove
    nothing where the signature over them does not.
    """
    if not groups:
        return not_done(CheckReason.NOT_READ)
    if read.digest is None:
        return not_done(CheckReason.UNSUPPORTED)
    for number, content in groups.items():
        if number not in read.hashes:
            return failed(CheckReason.NOT_SIGNED)
        hasher = hashes.Hash(read.digest)
        hasher.update(content)
        if hasher.finalize() != read.hashes[number]:
            return failed(CheckReason.WRONG_HASH)
    if read.signed.signature != PASSED:
        return not_done(CheckReason.NOT_SIGNED)
    return PASSED


def matches_code(lines: Sequence[str] | None, code: Sequence[str] | None) -> Check:
    """Whether the code in DG1 is the one that the scanner read, letter for letter.

    `lines` None: DG1 was not read; `code` None: only a key was given, not a whole code.
    """
    if lines is None:
        return not_done(CheckReason.NOT_READ)
    if code is None:
        return not_done(CheckReason.NO_CODE)
    same = "".join(lines) == "".join(line.strip() for line in code)
    return PASSED if same else failed(CheckReason.DIFFERS)


def not_expired(lines: Sequence[str] | None, today: date) -> Check:
    """Whether the date of expiry in DG1 has not passed; on the day itself it has not."""
    if lines is None:
        return not_done(CheckReason.NOT_READ)
    try:
        document = parse(lines)
    except MalformedCodeError:
        return not_done(CheckReason.MALFORMED)
    day = last_day(document.expiry_date, today)
    if day is None:
        return not_done(CheckReason.DATE_UNKNOWN)
    return failed(CheckReason.DATE_PASSED) if day < today else PASSED


def card_security(data: bytes, trust: TrustStore | None) -> tuple[Check, Check, bytes]:
    """Of EF.CardSecurity: its signature, its issuer, and the security infos that are signed.

    What chip-authentication mapping proves counts only where the signature is right (part 11,
    4.4.3.5). The infos are empty where the file is no signed data.
    """
    try:
        signed = cms.read(data)
    except cms.MalformedCmsError:
        missing = not_done(CheckReason.NOT_SIGNED)
        return failed(CheckReason.MALFORMED), missing, b""
    return signed.signature, issuer_chain(signed, trust), signed.content
