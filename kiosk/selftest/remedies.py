"""What a technician does about a device that cannot be used, in one line for each reason."""

from hardware.errors import Reason

REMEDIES = {
    Reason.ABSENT: "check its cable and power, and the address in kiosk.toml (kiosk devices)",
    Reason.BUSY: "end the other program that uses it (as root: fuser -v on its /dev node)",
    Reason.HELD_BY_PCSCD: "use the driver pcsc for it, or: systemctl mask --now pcscd.socket pcscd",
    Reason.HELD_BY_KERNEL: "install deploy/modprobe/kiosk-nfc.conf, and start the machine again",
    Reason.DENIED: "let the kiosk's user open it: its group, or the rules in deploy/udev",
    Reason.LIBRARY_MISSING: "install what its driver needs: see docs/devices.md",
    Reason.BAD_ADDRESS: "correct its address in kiosk.toml: see docs/devices.md for its form",
    Reason.UNKNOWN_DRIVER: "correct its driver in kiosk.toml, or install the driver's package",
    Reason.TIMEOUT: "switch it off and on; then try another cable or port",
    Reason.LOST: "it went away while it was used: change its cable, or its port or hub",
    Reason.STALLED: "switch it off and on; a port or hub that it shares may be too slow",
    Reason.JAMMED: "open the scanner and take out the paper",
    Reason.COVER_OPEN: "close the scanner's cover",
    Reason.FROZEN: "switch it off and on; when it freezes again, replace it",
    Reason.BLACK: "take away what covers its lens or glass; else its sensor or lamp is broken",
    Reason.MODELS_MISSING: "install the networks that see faces: kiosk face install",
    Reason.MALFORMED: "is it the device that the settings name, in the right mode? else replace it",
    Reason.SERVICE_DOWN: "start the service: systemctl start pcscd.socket",
    Reason.CRASHED: "its driver failed: update the program, and report it with a recording",
}
