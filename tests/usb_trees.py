"""Trees of files laid out as the kernel lays out /sys and /dev for USB devices."""

import os
import shutil
from pathlib import Path


class Tree:
    """A folder with `sys` and `dev`, into which devices are plugged."""

    def __init__(self, folder: Path) -> None:
        self.sys = folder / "sys"
        self.dev = folder / "dev"
        self._devices = self.sys / "bus/usb/devices"
        for each in (self._devices, self.dev, self.sys / "dev/char"):
            each.mkdir(parents=True)

    def plug(
        self,
        port: str,
        number: int,
        nodes: dict[str, list[str]] | None = None,
        made_by: tuple[str, str] = ("054c", "06c3"),
    ) -> None:
        """A device at a port; `nodes`: below which folder of its interface which nodes hang."""
        folder = self._devices / port
        (self._devices / f"{port}:1.0").mkdir()
        for name, text in {
            "idVendor": made_by[0], "idProduct": made_by[1], "bcdDevice": "0104",
            "busnum": port.partition("-")[0], "devnum": str(number), "product": "A device",
        }.items():  # fmt: skip
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(f"{text}\n")
        for below, names in (nodes or {}).items():
            for index, name in enumerate(names):
                made = folder / f"{port}:{below}" / name
                made.mkdir(parents=True)
                (made / "index").write_text(f"{index}\n")
                (self.dev / name).write_bytes(b"")

    def unplug(self, port: str) -> None:
        """Takes a device with its nodes away."""
        folder = self._devices / port
        for made in folder.glob("*:*/**/index"):
            (self.dev / made.parent.name).unlink()
        shutil.rmtree(folder)
        shutil.rmtree(self._devices / f"{port}:1.0")

    def hold(self, port: str, driver: str) -> None:
        """A driver of the kernel takes a device's first interface."""
        (self._devices / f"{port}:1.0" / "driver").symlink_to(f"../../drivers/{driver}")

    def make_nodes(self) -> bool:
        """Turns the nodes into character devices of their own numbers; whether that can be done."""
        for made in self._devices.glob("*/*:*/**/index"):
            node, minor = self.dev / made.parent.name, len(list((self.sys / "dev/char").iterdir()))
            node.unlink()
            try:
                os.mknod(node, 0o20600, os.makedev(240, minor))
            except OSError:
                return False
            (self.sys / "dev/char" / f"240:{minor}").symlink_to(made.parent)
        return True

    def link(self, name: str, node: str) -> None:
        """A lasting name, as udev makes them."""
        made = self.dev / name
        made.parent.mkdir(parents=True, exist_ok=True)
        made.symlink_to(self.dev / node)
