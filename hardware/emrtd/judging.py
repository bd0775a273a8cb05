"""From the checks of a chip to the one verdict, the gravest first."""

from hardware.emrtd.checks import Checked
from hardware.verdicts import CheckOutcome, CheckReason, ChipCheck, ChipVerdict

_GRAVEST_FIRST = {
    ChipCheck.SOD_SIGNATURE: ChipVerdict.SIGNATURE_WRONG,
    ChipCheck.GROUP_HASHES: ChipVerdict.GROUPS_ALTERED,
    ChipCheck.ISSUER_CHAIN: ChipVerdict.ISSUER_WRONG,
    ChipCheck.CHIP_AUTHENTICATION: ChipVerdict.CHIP_NOT_PROVEN,
    ChipCheck.ACTIVE_AUTHENTICATION: ChipVerdict.CHIP_NOT_PROVEN,
    ChipCheck.MATCHES_CODE: ChipVerdict.CODE_DIFFERS,
    ChipCheck.NOT_EXPIRED: ChipVerdict.EXPIRED,
}


def judge(checked: Checked) -> ChipVerdict:
    """What all checks together mean; one that was not done speaks for nothing and against nothing.

    Only the document security object must be there and must be one.
    """
    _, reason = checked[ChipCheck.SOD_SIGNATURE]
    if reason is CheckReason.NOT_THERE:
        return ChipVerdict.FILE_MISSING
    if reason is CheckReason.MALFORMED:
        return ChipVerdict.FILE_MALFORMED
    for check, verdict in _GRAVEST_FIRST.items():
        if checked[check][0] is CheckOutcome.FAILED:
            return verdict
    return ChipVerdict.WORKS
