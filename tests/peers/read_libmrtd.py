"""libnfc and libmrtd as a reader: opens a passport by basic access control and reads files.

    python read_libmrtd.py DEVICE NUMBER BIRTH EXPIRY FILE...

DEVICE is libnfc's name of a reader, as `pn532_uart:/dev/pts/5:115200`; each FILE is an identifier
in hexadecimal. Prints each file on a line in hexadecimal. libmrtd looks at no checksum and no
status word of a protected answer: that the file comes out right is the proof.
"""

import ctypes
import os
import sys

import libmrtd

_TYPE_A, _BAUD_106 = 1, 1


class _Modulation(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("baud", ctypes.c_int))


def missing() -> str | None:
    """Why this peer cannot be had here, None where it can."""
    try:
        _libnfc()
    except OSError as error:
        return f"libnfc is not installed (Debian: libnfc6): {error}"
    return libmrtd.missing()


def _libnfc() -> ctypes.CDLL:
    # Its symbols for all: libmrtd calls them.
    library = ctypes.CDLL("libnfc.so.6", mode=ctypes.RTLD_GLOBAL)
    library.nfc_open.restype = ctypes.c_void_p
    library.nfc_open.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    for name in ("nfc_initiator_init", "nfc_close", "nfc_exit", "nfc_initiator_deselect_target"):
        getattr(library, name).argtypes = [ctypes.c_void_p]
    return library


def read(device: str, key: list[str], files: list[str]) -> list[bytes]:
    """The files on what lies on this reader; raises OSError where the peer does not get them."""
    nfc, mrtd = _libnfc(), libmrtd.load()
    context = ctypes.c_void_p()
    nfc.nfc_init(ctypes.byref(context))
    reader = ctypes.c_void_p(nfc.nfc_open(context, device.encode()))
    if not reader or nfc.nfc_initiator_init(reader) < 0:
        raise OSError("libnfc does not get the reader")
    target = ctypes.create_string_buffer(1024)
    kind = _Modulation(_TYPE_A, _BAUD_106)
    if nfc.nfc_initiator_select_passive_target(reader, kind, None, 0, target) <= 0:
        raise OSError("libnfc finds no card")
    session = [ctypes.create_string_buffer(16), ctypes.create_string_buffer(16)]
    counter = ctypes.c_uint64()
    session_of = (*session, ctypes.byref(counter))
    information = libmrtd.key_information(*key)
    if mrtd.mrtd_bac_keyhandshake(reader, information, *session_of) != 0:
        raise OSError("libmrtd does not open the chip")
    found = []
    for file in files:
        content, size = ctypes.create_string_buffer(65536), ctypes.c_int()
        name = bytes.fromhex(file)
        if mrtd.mrtd_fileread_read(reader, name, content, ctypes.byref(size), *session_of) != 0:
            raise OSError("libmrtd does not read the file")
        found.append(content.raw[: size.value])
    nfc.nfc_close(reader)
    nfc.nfc_exit(context)
    return found


if __name__ == "__main__":
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no file
    device, number, birth, expiry, *names = sys.argv[1:]
    for content in read(device, [number, birth, expiry], names):
        lines.write(content.hex() + "\n")
    lines.flush()
