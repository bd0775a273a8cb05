"""A made-up state that issues a passport, by the `openssl` command and bytes written here.

Nothing of this project has a part in it: neither the certificates nor the signed hashes.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

from passport import wrap

SHA256 = wrap(0x30, wrap(0x06, bytes.fromhex("608648016503040201")))
LDS_OBJECT = "2.23.136.1.1.1"

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

    def files(self, code: str) -> dict[int, bytes]:
        """EF.COM, DG1 with this code (88 or 90 characters, no line ends), DG2, and EF.SOD."""
        portrait = wrap(0x75, bytes(range(256)) * 10)
        groups = {1: wrap(0x61, wrap(0x5F1F, code.encode())), 2: portrait}
        version = wrap(0x5F01, b"0107") + wrap(0x5F36, b"040000")
        files = {0x0100 | number: content for number, content in groups.items()}
        files[0x011E] = wrap(0x60, version + wrap(0x5C, bytes([0x61, 0x75])))
        files[0x011D] = wrap(0x77, self._signed(groups))
        return files

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

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            ["openssl", *arguments], cwd=self._folder, capture_output=True, text=True, timeout=30
        )
        if done.returncode:
            raise OSError(done.stderr)
