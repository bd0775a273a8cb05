"""A made-up state that issues a passport, by the `openssl` command and bytes written here.

    python issuer.py FOLDER CODE CIPHER RSA|ECDSA

Nothing of this project has a part in it: neither the certificates nor the signed hashes. It writes
the description that `passport.py` and `on_air.py` take, and leaves the root in FOLDER.
"""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import libeac3
from passport import wrap
from signing import openssl

SHA256 = wrap(0x30, wrap(0x06, bytes.fromhex("608648016503040201")))
LDS_OBJECT = "2.23.136.1.1.1"
CURVES = {"brainpoolP256r1": 13}
"""The number of the curve among the standardized domain parameters."""

_CONFIGURATION = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signer]
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def missing() -> str | None:
    """Why this peer cannot be had here, None where it can."""
    return None if shutil.which("openssl") else "there is no openssl command"


class Issuer:
    """A country's root and its document signer, in a folder; the root is `root.cer` there."""

    def __init__(self, folder: Path, curve: str = "brainpoolP256r1") -> None:
        self._folder = folder
        self._curve = curve
        (folder / "openssl.cnf").write_text(_CONFIGURATION)
        for name in ("root", "signer"):
            self._run("ecparam", "-name", curve, "-genkey", "-noout", "-out", f"{name}.key")
        new = ("req", "-config", "openssl.cnf", "-new", "-sha256")
        root = ("-subj", "/C=UT/O=Utopia/CN=Utopia root", "-extensions", "root")
        self._run(*new, "-x509", "-days", "3650", *root, "-key", "root.key", "-out", "root.pem")
        signer = ("-subj", "/C=UT/O=Utopia/CN=Utopia signer")
        self._run(*new, *signer, "-key", "signer.key", "-out", "signer.csr")
        by = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial")
        extensions = ("-extfile", "openssl.cnf", "-extensions", "signer")
        made = ("x509", "-req", "-in", "signer.csr", *by, "-days", "3000", "-sha256")
        self._run(*made, *extensions, "-out", "signer.pem")
        self._run("x509", "-in", "root.pem", "-outform", "DER", "-out", "root.cer")

    def passport(self, code: str, cipher: str, active: str) -> dict[str, Any]:
        """What `passport.described` takes, for a document with this code (no line ends).

        `cipher` is that of chip authentication, whose key DG14 has with its curve written out;
        `active` is `RSA` or `ECDSA`, of the key in DG15.
        """
        self._run("ecparam", "-name", self._curve, "-genkey", "-noout", "-out", "chip.key")
        if active == "RSA":
            self._run("genrsa", "-traditional", "-out", "active.key", "1024")
        else:
            self._run("ecparam", "-name", self._curve, "-genkey", "-noout", "-out", "active.key")
        chip = self._run("ec", "-in", "chip.key", "-outform", "DER")
        explicit = ("-pubout", "-param_enc", "explicit", "-outform", "DER")
        public = self._run("ec", "-in", "chip.key", *explicit)
        groups = {
            1: wrap(0x61, wrap(0x5F1F, code.encode())),
            2: wrap(0x75, bytes(range(256)) * 10),
            14: wrap(0x6E, self._infos(cipher, public)),
            15: wrap(0x6F, self._run("pkey", "-in", "active.key", "-pubout", "-outform", "DER")),
        }
        version = wrap(0x5F01, b"0107") + wrap(0x5F36, b"040000")
        files = {0x0100 | number: content for number, content in groups.items()}
        files[0x011E] = wrap(0x60, version + wrap(0x5C, bytes.fromhex("61756E6F")))
        files[0x011D] = wrap(0x77, self._signed(groups))
        return {
            "files": {f"{name:04x}": content.hex() for name, content in files.items()},
            "chip_key": [cipher, CURVES[self._curve], chip.hex()],
            "active_key": [active, str(self._folder / "active.key")],
        }

    def _infos(self, cipher: str, public: bytes) -> bytes:
        way = wrap(0x06, libeac3.chip_oid(cipher)) + wrap(0x02, b"\1")
        key = wrap(0x06, bytes.fromhex("04007F000702020102")) + public
        plain_sha256 = wrap(0x06, bytes.fromhex("04007F00070101040103"))
        active = wrap(0x06, bytes.fromhex("678108010105")) + wrap(0x02, b"\1") + plain_sha256
        return wrap(0x31, wrap(0x30, way) + wrap(0x30, key) + wrap(0x30, active))

    def _signed(self, groups: dict[int, bytes]) -> bytes:
        hashes = b"".join(
            wrap(0x30, wrap(0x02, bytes([number])) + wrap(0x04, hashlib.sha256(content).digest()))
            for number, content in groups.items()
        )
        lds_object = wrap(0x30, wrap(0x02, b"\0") + SHA256 + wrap(0x30, hashes))
        (self._folder / "hashes.der").write_bytes(lds_object)
        sign = ("cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-md", "sha256")
        by = ("-signer", "signer.pem", "-inkey", "signer.key", "-econtent_type", LDS_OBJECT)
        self._run(*sign, *by, "-in", "hashes.der", "-outform", "DER", "-out", "sod.der")
        return (self._folder / "sod.der").read_bytes()

    def _run(self, *arguments: str) -> bytes:
        here = os.getcwd()
        os.chdir(self._folder)
        try:
            return openssl(*arguments)
        finally:
            os.chdir(here)


if __name__ == "__main__":
    folder, code, cipher, active = sys.argv[1:]
    json.dump(Issuer(Path(folder)).passport(code, cipher, active), sys.stdout)
