"""What udev makes of our rules: udev's own program, on USB devices that umockdev plays in /sys."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.usb import SYS

RULES = Path(__file__).parents[2] / "deploy/udev/70-kiosk.rules"
ROOT = "/devices/pci0000:00/0000:00:14.0/usb1"
GROUP = 4567

# Device, configuration, one interface of this class, one endpoint (USB 2.0 section 9.6).
DESCRIPTORS = "12010002{0}40000000000000000000010902190001010080320904000001{0}0007058102400000"

pytestmark = pytest.mark.skipif(
    shutil.which("udevadm") is None or shutil.which("umockdev-run") is None,
    reason="needs Debian's udev and umockdev",
)


def usb_device(port: str, number: int, vendor: str, product: str, kind: str) -> str:
    return f"""
P: {ROOT}/{port}
N: bus/usb/001/{number:03}
E: DEVNAME=/dev/bus/usb/001/{number:03}
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
E: MAJOR=189
E: MINOR={number - 1}
A: idVendor={vendor}\\n
A: idProduct={product}\\n
A: bcdDevice=0104\\n
A: busnum=1\\n
A: devnum={number}\\n
H: descriptors={DESCRIPTORS.format(kind)}

P: {ROOT}/{port}/{port}:1.0
E: DEVTYPE=usb_interface
E: SUBSYSTEM=usb
A: bInterfaceClass={kind[:2]}\\n
"""


def node(port: str, kind: str, name: str, minor: int, attributes: str = "") -> str:
    return f"""
P: {ROOT}/{port}/{port}:1.0/{kind}/{name}
N: {name}
E: DEVNAME=/dev/{name}
E: SUBSYSTEM={kind}
E: MAJOR=81
E: MINOR={minor}
{attributes}"""


def input_node(parent: str, number: int, switch: bool) -> str:
    """A switch of a sound card, or a key of a keyboard (its events, EV_SW or EV_KEY)."""
    events, what = ("21", "sw=4") if switch else ("3", "key=fffffffffffffffe")
    return f"""
P: {parent}/input{number}
E: SUBSYSTEM=input
A: capabilities/ev={events}\\n
A: capabilities/{what}\\n

P: {parent}/input{number}/event{number}
N: input/event{number}
E: DEVNAME=/dev/input/event{number}
E: SUBSYSTEM=input
E: MAJOR=13
E: MINOR={64 + number}
"""


CARD = "/devices/pci0000:00/0000:00:1f.3/sound/card0"
SITE = (
    usb_device("1-1", 3, "046d", "0825", "0e0100")
    + node("1-1", "video4linux", "video0", 0, "A: index=0\\n\n")
    + node("1-1", "video4linux", "video1", 1, "A: index=1\\n\n")
    + usb_device("1-2", 12, "054c", "06c3", "ff0000")
    + usb_device("1-3", 13, "dead", "beef", "ff0000")
    + node("1-3", "tty", "ttyUSB0", 2)
    + usb_device("1-4", 7, "2b78", "0005", "020201")
    + node("1-4", "tty", "ttyACM0", 3)
    + f"\nP: {CARD}\nE: SUBSYSTEM=sound\n"
    + input_node(CARD, 5, switch=True)
    + input_node(f"{ROOT}/1-3/1-3:1.0/input", 6, switch=False)
)
SCRIPT = """
mount -t tmpfs tmpfs /run && mkdir -p /run/udev/rules.d && cp "$1" /run/udev/rules.d/ || exit 77
cp /etc/group /run/group && echo "kiosk:x:{group}:" >> /run/group || exit 77
mount --bind /run/group /etc/group || exit 77
# udev makes its links for real, also where the device is played.
mkdir /run/dev && mount --rbind /dev /run/dev && mount -t tmpfs tmpfs /dev || exit 77
for each in null zero random urandom; do
    touch /dev/$each && mount --bind /run/dev/$each /dev/$each || exit 77
done
mkdir /dev/pts && mount --bind /run/dev/pts /dev/pts && ln -s pts/ptmx /dev/ptmx || exit 77
site="$2"; shift 2
exec umockdev-run -d "$site" -- "$@" 2>&1
"""


def at_the_site(folder: Path, *command: str | Path, rules: Path = RULES) -> str:
    """What a command says where the devices are played, and these are udev's rules."""
    site = folder / "site.umockdev"
    site.write_text(re.sub(r"\n{2,}", "\n\n", SITE.strip()) + "\n")
    script = SCRIPT.replace("{group}", str(GROUP))
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", rules, site, *command],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip(f"needs root: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stdout[-2000:]
    return done.stdout


def told(folder: Path, device: str, rules: Path = RULES) -> str:
    """All that udev says of one device when it is plugged in."""
    path = f"{SYS}{device if device.startswith('/') else f'{ROOT}/{device}'}"
    return at_the_site(folder, "udevadm", "test", "--action=add", path, rules=rules)


def links(said: str) -> set[str]:
    found = re.search(r"^DEVLINKS=(.*)$", said, re.MULTILINE)
    return {link for link in found[1].split() if "/kiosk/" in link} if found else set()


def is_the_kiosks(said: str) -> bool:
    by_us = rf"70-kiosk\.rules:[0-9]+ GROUP {GROUP}$"
    return bool(re.search(by_us, said, re.MULTILINE))


@pytest.mark.parametrize(
    ("device", "names"),
    [
        ("1-4/1-4:1.0/tty/ttyACM0", {"/dev/kiosk/scanner"}),
        ("1-3/1-3:1.0/tty/ttyUSB0", set()),
        ("1-1/1-1:1.0/video4linux/video0", {"/dev/kiosk/camera"}),
        ("1-1/1-1:1.0/video4linux/video1", set()),
    ],
)
def test_nodes_are_the_kiosks_and_have_names_that_last(
    device: str, names: set[str], tmp_path: Path
) -> None:
    said = told(tmp_path, device)
    assert links(said) == names
    assert is_the_kiosks(said)
    assert ("ID_MM_DEVICE_IGNORE=1" in said) is ("tty" in device)


@pytest.mark.parametrize(
    ("port", "ours"), [("1-1", True), ("1-2", True), ("1-3", False), ("1-4", True)]
)
def test_the_kiosk_may_reset_its_own_devices_and_no_others(
    port: str, ours: bool, tmp_path: Path
) -> None:
    assert is_the_kiosks(told(tmp_path, port)) is ours


@pytest.mark.parametrize(
    ("device", "ours"),
    [
        (f"{CARD}/input5/event5", True),
        ("1-3/1-3:1.0/input/input6/event6", False),
    ],
)
def test_the_kiosk_may_read_the_headphones_jack_and_no_keyboard(
    device: str, ours: bool, tmp_path: Path
) -> None:
    assert is_the_kiosks(told(tmp_path, device)) is ours


def test_udev_understands_each_line(tmp_path: Path) -> None:
    def complaints(rules: Path) -> list[str]:
        return [
            line
            for line in told(tmp_path, "1-4", rules).splitlines()
            if re.search(r"70-kiosk\.rules:[0-9]+ (?!(GROUP|MODE|LINK) )", line)
        ]

    assert complaints(RULES) == []
    broken = tmp_path / "70-kiosk.rules"
    broken.write_text(RULES.read_text() + 'SUBSYSTEM="usb", NOSUCHKEY=="1"\n')
    assert complaints(broken) != []


NAMES = """
from hardware.names import address_of
from hardware.resources import Resource
from hardware.usb_addresses import usb_of
from hardware.verdicts import Role
scanner = Resource(Role.SCANNER, "serial-swipe", "port:1-4?baud=9600")
print(address_of(scanner))
print(address_of(Resource(Role.CAMERA, "opencv", "port:1-1")))
reader = Resource(Role.READER, "nfcpy", "usb:port:1-2")
print(address_of(reader), usb_of(reader).vendor, usb_of(reader).version)
"""


def test_addresses_by_port_lead_to_the_nodes_of_the_kernel(tmp_path: Path) -> None:
    said = at_the_site(tmp_path, sys.executable, "-c", NAMES)
    assert said.splitlines() == ["/dev/ttyACM0?baud=9600", "/dev/video0", "usb:001:012 054c 1.04"]


PLUGGED = """
udevadm test --action=add "/sys{root}/1-4/1-4:1.0/tty/ttyACM0" > /dev/null 2>&1
exec "$0" -m kiosk devices --config "$1"
"""


def test_a_technician_is_told_the_name_that_lasts(tmp_path: Path) -> None:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(
        '[devices.scanner]\ndriver = "serial-swipe"\naddress = "/dev/ttyACM0?baud=9600"\n'
    )
    script = PLUGGED.replace("{root}", ROOT)
    said = at_the_site(tmp_path, "sh", "-c", script, sys.executable, settings)
    assert "         A name that lasts: /dev/kiosk/scanner?baud=9600\n" in said
    settings.write_text(settings.read_text().replace("/dev/ttyACM0", "/dev/kiosk/scanner"))
    said = at_the_site(tmp_path, "sh", "-c", script, sys.executable, settings)
    assert "at /dev/kiosk/scanner" in said
    assert "lasts" not in said


def test_every_reader_that_nfcpy_knows_stands_in_the_rules() -> None:
    from nfc.clf.device import usb_device_map

    lines = RULES.read_text()
    for vendor, product in usb_device_map:
        assert f'ATTR{{idVendor}}=="{vendor:04x}", ATTR{{idProduct}}=="{product:04x}"' in lines
