"""A flatbed with a document on its glass: a network scanner that speaks eSCL over HTTP.

As much of eSCL (Mopria, version 2.6) as SANE's `airscan` asks for.
"""

import re
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from hardware.simulated.http_device import Client, Server, as_jpeg
from hardware.simulated.plug import Plug

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCAN_TAKES = 2.0
"""Seconds from the order to the picture, as of a quick flatbed."""

_NAMESPACES = (
    'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" '
    'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
)
DOTS = 300
"""Dots an inch; eSCL measures in 1/300 inch whatever the resolution is."""
GLASS = (2550, 3508)
"""The size of the glass, A4 as office scanners have it."""

CAPABILITIES = f"""<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerCapabilities {_NAMESPACES}>
 <pwg:Version>2.6</pwg:Version><pwg:MakeAndModel>Simulated flatbed</pwg:MakeAndModel>
 <scan:Platen><scan:PlatenInputCaps>
  <scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>{GLASS[0]}</scan:MaxWidth>
  <scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>{GLASS[1]}</scan:MaxHeight>
  <scan:SettingProfiles><scan:SettingProfile>
   <scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode></scan:ColorModes>
   <scan:DocumentFormats>
    <pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>
    <scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt>
   </scan:DocumentFormats>
   <scan:SupportedResolutions><scan:DiscreteResolutions><scan:DiscreteResolution>
    <scan:XResolution>{DOTS}</scan:XResolution><scan:YResolution>{DOTS}</scan:YResolution>
   </scan:DiscreteResolution></scan:DiscreteResolutions></scan:SupportedResolutions>
  </scan:SettingProfile></scan:SettingProfiles>
 </scan:PlatenInputCaps></scan:Platen>
</scan:ScannerCapabilities>"""

STATUS = f"""<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerStatus {_NAMESPACES}>
 <pwg:Version>2.6</pwg:Version><pwg:State>Idle</pwg:State>
</scan:ScannerStatus>"""


def serve(
    listener: socket.socket,
    stop: threading.Event,
    glass: "Callable[[], NDArray[np.uint8]]",
    takes: float = SCAN_TAKES,
    plug: Plug | None = None,
) -> None:
    """Serve scans of what lies on the glass to every client of `listener` until `stop` is set.

    `listener` is as `Server` wants it; it is closed on return. `glass` gives the whole glass at
    `DOTS`, uint8 grey; it is called for the first scan.
    """
    _Flatbed(listener, stop, glass, takes, plug).serve()


class _Flatbed(Server):
    def __init__(
        self,
        listener: socket.socket,
        stop: threading.Event,
        glass: "Callable[[], NDArray[np.uint8]]",
        takes: float,
        plug: Plug | None,
    ) -> None:
        super().__init__(listener, stop, _Program, plug)
        self.takes = takes
        self._glass = glass
        self._jobs: dict[str, tuple[int, int, int, int]] = {}
        self._lock = threading.Lock()

    def order(self, settings: str) -> str:
        """Take an order for a scan; the name of the job."""
        sizes = [
            int(found[1]) if (found := re.search(rf"<pwg:{name}>(\d+)<", settings)) else default
            for name, default in (
                ("XOffset", 0), ("YOffset", 0), ("Width", GLASS[0]), ("Height", GLASS[1]),
            )
        ]  # fmt: skip
        left, top, width, height = sizes
        with self._lock:
            name = str(len(self._jobs) + 1)
            self._jobs[name] = (left, top, width, height)
        return name

    def page(self, job: str) -> bytes | None:
        """The page of a job as a JPEG file; None where it has been handed out, or there is none."""
        with self._lock:
            area = self._jobs.pop(job, None)
        if area is None:
            return None
        self.stop.wait(self.takes)
        left, top, width, height = area
        return as_jpeg(self._glass()[top : top + height, left : left + width], 90)


class _Program(Client):
    server: _Flatbed
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Say what the scanner is, or hand out the page of a job."""
        page = re.fullmatch(r"/eSCL/ScanJobs/(\d+)/NextDocument", self.path)
        if self.path == "/eSCL/ScannerCapabilities":
            self._answer(200, CAPABILITIES.encode(), "text/xml")
        elif self.path == "/eSCL/ScannerStatus":
            self._answer(200, STATUS.encode(), "text/xml")
        elif page and (data := self.server.page(page[1])) is not None:
            self._answer(200, data, "image/jpeg")
        else:
            self._answer(404)

    def do_POST(self) -> None:
        """Take an order."""
        settings = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        job = self.server.order(settings)
        self._answer(201, location=f"/eSCL/ScanJobs/{job}")

    def do_DELETE(self) -> None:
        """A job is over, or no longer wanted."""
        self._answer(200)

    def _answer(
        self, code: int, body: bytes = b"", kind: str = "text/plain", location: str = ""
    ) -> None:
        self.server.plug.wait_while_hanging(self.server.stop)
        self.send_response(code)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
