"""Lasting names of devices, on trees of files laid out as the kernel and udev lay out theirs."""

import os
import stat
from pathlib import Path

import pytest

from hardware import drivers, names, usb
from hardware.errors import HardwareError, Reason
from hardware.resources import Resource
from hardware.verdicts import Role
from tests.usb_trees import Tree


def scanner(address: str) -> Resource:
    return Resource(Role.SCANNER, "serial-swipe", address)


def camera(address: str) -> Resource:
    return Resource(Role.CAMERA, "opencv", address)


def reader(address: str) -> Resource:
    return Resource(Role.READER, "nfcpy", address)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path)
    made.plug("1-1.4", number=7, nodes={"1.0/tty": ["ttyACM1"]})
    made.plug("1-1.3", number=9, nodes={"1.0/ttyUSB0/tty": ["ttyUSB0"]})
    made.plug("2-1", number=3, nodes={"1.0/video4linux": ["video3", "video2"]})
    made.plug("1-2", number=12)
    return made


def test_an_address_by_port_becomes_what_is_plugged_in_there_now(tree: Tree) -> None:
    said = [
        (scanner("port:1-1.4"), f"{tree.dev}/ttyACM1"),
        (scanner("port:1-1.4?baud=115200"), f"{tree.dev}/ttyACM1?baud=115200"),
        (scanner("port:1-1.3"), f"{tree.dev}/ttyUSB0"),
        (camera("port:2-1"), f"{tree.dev}/video3"),
        (Resource(Role.SCANNER, "document-camera", "port:2-1"), f"{tree.dev}/video3"),
        (reader("tty:port:1-1.3:pn532"), f"tty:{tree.dev}/ttyUSB0:pn532"),
        (reader("usb:port:1-2"), "usb:001:012"),
        (Resource(Role.SCANNER, "sane", "sane:genesys:port:1-2"), "sane:genesys:libusb:001:012"),
        (
            Resource(Role.SCANNER, "sane", "sane:fujitsu:port:1-2?source=ADF"),
            "sane:fujitsu:libusb:001:012?source=ADF",
        ),
    ]
    for resource, address in said:
        assert names.address_of(resource, tree.dev, tree.sys) == address


def test_a_device_that_comes_back_as_another_node_is_found_at_its_port(tree: Tree) -> None:
    tree.unplug("1-1.4")
    with pytest.raises(HardwareError) as caught:
        names.address_of(scanner("port:1-1.4"), tree.dev, tree.sys)
    assert caught.value.reason is Reason.ABSENT
    tree.plug("1-1.4", number=8, nodes={"1.0/tty": ["ttyACM0"]})
    assert names.address_of(scanner("port:1-1.4"), tree.dev, tree.sys) == f"{tree.dev}/ttyACM0"


@pytest.mark.parametrize(
    "resource", [camera("port:1-1.4"), scanner("port:1-2"), scanner("port:1-9")], ids=str
)
def test_a_port_without_a_device_of_that_kind_has_none(tree: Tree, resource: Resource) -> None:
    with pytest.raises(HardwareError) as caught:
        names.address_of(resource, tree.dev, tree.sys)
    assert caught.value.reason is Reason.ABSENT


@pytest.mark.parametrize(
    "address",
    ["/dev/ttyACM0", "usb", "udp:127.0.0.1:5000", "port:", "port:../../x", "port:1-1.", "pcsc:",
     "http://127.0.0.1/port:1-1.4", "/srv/import:1-1.4", "port:1-1.4/../../../etc"],
)  # fmt: skip
def test_all_other_addresses_stay_as_they_are(tree: Tree, address: str) -> None:
    assert names.address_of(scanner(address), tree.dev, tree.sys) == address


def test_a_driver_is_made_of_the_address_at_its_port() -> None:
    with pytest.raises(HardwareError) as caught:
        drivers.make(scanner("port:99-1"))
    assert caught.value.reason is Reason.ABSENT


@pytest.mark.parametrize(
    ("address", "changes"),
    [
        ("/dev/ttyACM0", True),
        ("/dev/ttyUSB12?baud=9600", True),
        ("/dev/video0?size=1920x1080", True),
        ("tty:USB0:pn532", True),
        ("tty:/dev/ttyACM0:pn532", True),
        ("usb:001:004", True),
        ("sane:genesys:libusb:001:004", True),
        ("/dev/ttyS0", False),  # soldered
        ("/dev/kiosk/scanner", False),
        ("/dev/serial/by-id/usb-Elyctis_IDBOX-if00", False),
        ("tty:/dev/serial/by-path/ttyACM0:pn532", False),
        ("port:1-1.4", False),
        ("usb:054c:06c3", False),
        ("usb", False),
        ("http://camera/video0", False),
    ],
)
def test_it_is_known_which_names_may_change(address: str, changes: bool) -> None:
    assert names.may_change(address) is changes


def test_a_node_is_told_its_lasting_names_the_best_first(tree: Tree) -> None:
    if not tree.make_nodes():
        pytest.skip("only root can make device nodes, and not everywhere")
    tree.link("serial/by-path/pci-0000-usb-0:1.4:1.0", "ttyACM1")
    tree.link("serial/by-id/usb-Elyctis_IDBOX-if00", "ttyACM1")
    tree.link("serial/by-id/usb-Other-if00", "ttyUSB0")
    tree.link("kiosk/scanner", "ttyACM1")
    dev = tree.dev
    told = names.lasting_names(scanner(f"{dev}/ttyACM1?baud=9600"), dev, tree.sys)
    assert told == [
        f"{dev}/kiosk/scanner?baud=9600",
        f"{dev}/serial/by-id/usb-Elyctis_IDBOX-if00?baud=9600",
        f"{dev}/serial/by-path/pci-0000-usb-0:1.4:1.0?baud=9600",
        "port:1-1.4?baud=9600",
    ]
    # The second node of a camera sends no pictures: its port means the first one.
    assert names.lasting_names(camera(f"{dev}/video3"), dev, tree.sys) == ["port:2-1"]
    assert names.lasting_names(camera(f"{dev}/video2"), dev, tree.sys) == []
    assert names.lasting_names(scanner(f"{dev}/ttyACM9"), dev, tree.sys) == []
    assert names.lasting_names(reader("usb:001:004"), dev, tree.sys) == []


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/dev/video0?size=1920x1080", "/dev/video0"),
        ("/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.4:1.0?baud=9600",
         "/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.4:1.0"),
        ("tty:/dev/serial/by-path/usb-0:1.4:1.0:pn532", "/dev/serial/by-path/usb-0:1.4:1.0"),
        ("tty:USB0:arygon", "/dev/ttyUSB0"),
        ("tty:USB0", "/dev/ttyUSB0"),
        ("/srv/pictures/shot-%04d.png", "/srv/pictures"),
        ("http://127.0.0.1:8000/video", None),
        ("usb", None),
        ("port:1-1.4", None),
    ],
)  # fmt: skip
def test_the_file_of_an_address_is_known(address: str, file: str | None) -> None:
    assert names.file_of(address) == (Path(file) if file else None)


def test_who_holds_a_device_is_known(tree: Tree) -> None:
    tree.hold("1-2", "pn533_usb")
    device = usb.usb_device_at("1-2", tree.sys)
    assert device
    assert usb.drivers_on(device, tree.sys) == {"pn533_usb"}
    assert usb.drivers_on(usb.usb_device_at("2-1", tree.sys) or device, tree.sys) == set()


def test_what_is_no_usb_device_is_not_reset(tree: Tree) -> None:
    device = usb.usb_device_at("1-2", tree.sys)
    assert device
    node = usb.bus_node(device, tree.dev)
    assert node == tree.dev / "bus/usb/001/012"
    assert not usb.reset(device, tree.dev)  # it is not there
    node.parent.mkdir(parents=True)
    node.write_bytes(b"")
    assert not usb.reset(device, tree.dev)  # it is a file
    assert stat.S_ISREG(os.stat(node).st_mode)
