"""nfcpy's `udp` device, made to notice that nobody is at its address."""

import os
import socket

from nfc.clf import udp


class UdpDevice(udp.Device):  # type: ignore[misc] # nfcpy has no types
    """A reader over UDP. The system tells a connected socket that nobody listens."""

    addr: tuple[str, int]

    def __init__(self, host: str, port: int) -> None:
        """`OSError` where nobody is at the address, as far as that is known at once."""
        # nfcpy looks the port up in /etc/services and then stumbles over the name; 0 has none.
        self._port = port
        super().__init__(host, 0)
        self._vendor_name, self._device_name, self._chipset_name = "", "IP-Stack", "UDP"
        try:
            self._send_data("RFOFF", b"", self.addr)
            if failed := self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(failed, os.strerror(failed))
        except OSError:
            self.close()
            raise

    def _create_socket(self) -> None:
        begins = self.socket is None
        super()._create_socket()
        if begins:
            self.addr = (self.addr[0], self._port)
            self.socket.connect(self.addr)
