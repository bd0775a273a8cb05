"""`kiosk trust`: what is taken into the site's folder, and what is refused."""

import json
import os
from pathlib import Path

import pytest

from hardware.emrtd.trust import TrustStore
from kiosk import trust
from kiosk.cli import main
from kiosk.trust import BadInputError, import_file
from tests.unit import pki

DANISH = pki.certify(pki.RsaKey(0), country="DK")
GERMAN = pki.certify(pki.EcKey("brainpoolP384r1", explicit=True), country="DE")
GERMAN_OLD = pki.certify(pki.EcKey("brainpoolP224r1"), country="DE", years=(2008, 2020))
SIGNER = pki.certify(pki.EcKey("brainpoolP256r1"), GERMAN, country="DE", common="List", serial=3)


def a_list(*certificates: pki.Party, **how: object) -> bytes:
    content = pki.master_list([party.der for party in certificates])
    told = {"content_type": pki.MASTER_LIST, **how}
    return pki.Signed(told.pop("signer", SIGNER), content, **told).der()


GOOD = a_list(DANISH, GERMAN, GERMAN_OLD)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site" / "trust"


def put(tmp_path: Path, content: bytes, name: str = "list.ml") -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    return file


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()} if folder.exists() else {}


def test_a_list_is_taken(tmp_path: Path, folder: Path) -> None:
    taken = import_file(put(tmp_path, GOOD), folder)
    assert (taken.certificates, taken.countries, taken.new, taken.passed_over) == (3, 2, 3, 0)
    assert taken.signed_by == "DE"
    assert sorted(contents(folder)) == ["DE.pem", "DK.pem"]
    store = TrustStore.load(folder)
    assert [one.der for one in store.of("DK")] == [DANISH.der]
    assert [one.der for one in store.of("DE")] == [GERMAN.der, GERMAN_OLD.der]
    assert {oct(file.stat().st_mode & 0o777) for file in folder.iterdir()} == {"0o644"}


def test_a_second_list_adds(tmp_path: Path, folder: Path) -> None:
    import_file(put(tmp_path, a_list(GERMAN)), folder)
    taken = import_file(put(tmp_path, GOOD), folder)
    assert (taken.certificates, taken.new) == (3, 2)
    before = contents(folder)
    assert import_file(put(tmp_path, GOOD), folder).new == 0
    assert contents(folder) == before
    assert len(TrustStore.load(folder).of("DE")) == 2


def test_entries_that_are_no_certificates_are_counted(tmp_path: Path, folder: Path) -> None:
    content = pki.master_list([GERMAN.der, b"\x30\x03\x02\x01\x01"])
    data = pki.Signed(SIGNER, content, content_type=pki.MASTER_LIST).der()
    taken = import_file(put(tmp_path, data), folder)
    assert (taken.certificates, taken.passed_over) == (1, 1)


STRANGER = pki.certify(pki.EcKey("brainpoolP256r1"), country="DE", common="List")
IN_THE_NAME = pki.certify(
    pki.EcKey("brainpoolP256r1"),
    pki.Party(pki.EcKey("brainpoolP384r1"), GERMAN.certificate),
    country="DE",
)


@pytest.mark.parametrize(("content", "why"), [
    (a_list(GERMAN, claimed=pki.master_list([DANISH.der, GERMAN.der])), "signature is wrong"),
    (a_list(DANISH), "vouches for its signer"),
    (a_list(DANISH, GERMAN, signer=STRANGER), "vouches for its signer"),
    (a_list(DANISH, GERMAN, signer=IN_THE_NAME), "vouches for its signer"),
    (a_list(GERMAN, content_type=pki.LDS_OBJECT), "not a master list"),
    (pki.Signed(SIGNER, b"\x30\x03abc", content_type=pki.MASTER_LIST).der(), "not a master list"),
    (GOOD[:-20], "not a master list"),
    (b"", "not a master list"),
    (b"PK\3\4", "not a master list"),
    (b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----", "not a master list"),
    (b"\x30" * (1 << 20), "not a master list"),
    (bytes((16 << 20) + 1), "longer than any"),
])  # fmt: skip
def test_what_is_no_good_list_changes_nothing(
    tmp_path: Path, folder: Path, content: bytes, why: str
) -> None:
    import_file(put(tmp_path, a_list(GERMAN)), folder)
    before = contents(folder)
    with pytest.raises(BadInputError, match=why) as error:
        import_file(put(tmp_path, content), folder)
    assert "\n" not in str(error.value)
    assert contents(folder) == before


def test_a_plain_certificate_needs_consent(tmp_path: Path, folder: Path) -> None:
    file = put(tmp_path, DANISH.der, "dk.cer")
    with pytest.raises(BadInputError, match="--unsigned"):
        import_file(file, folder)
    assert not folder.exists()
    assert import_file(file, folder, unsigned=True).new == 1
    assert [one.der for one in TrustStore.load(folder).of("DK")] == [DANISH.der]


def test_a_link_certificate_needs_none(tmp_path: Path, folder: Path) -> None:
    import_file(put(tmp_path, GOOD), folder)
    link = pki.certify(pki.RsaKey(3), DANISH, country="DK", authority=True, serial=5)
    assert import_file(put(tmp_path, link.der), folder).new == 1
    assert len(TrustStore.load(folder).of("DK")) == 2


@pytest.mark.parametrize("unsigned", [True, False])
def test_the_certificate_of_a_document_signer_is_refused(
    tmp_path: Path, folder: Path, unsigned: bool
) -> None:
    import_file(put(tmp_path, GOOD), folder)
    before = contents(folder)
    with pytest.raises(BadInputError, match="CSCA"):
        import_file(put(tmp_path, SIGNER.der), folder, unsigned)
    assert contents(folder) == before


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match="file"):
        import_file(put(tmp_path, GOOD), tmp_path / "file" / "trust")


def test_a_write_that_fails_changes_nothing(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_file(put(tmp_path, a_list(GERMAN)), folder)
    before = contents(folder)
    left = [1]

    def full(handle: int) -> None:
        if not left:
            raise OSError(28, "No space left on device")
        left.pop()

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInputError, match="No space"):
        import_file(put(tmp_path, GOOD), folder)
    assert contents(folder) == before


@pytest.fixture
def site(tmp_path: Path) -> Path:
    file = tmp_path / "site" / "kiosk.toml"
    file.parent.mkdir()
    file.write_text("")
    return file


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["kiosk", "trust", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
    told = capsys.readouterr()
    code = left.value.code
    return (0 if code is None else int(code)), told.out, told.err


def test_the_command(tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = ("--config", str(site))
    assert run(capsys, "list", *there) == (0, "no certificates; see kiosk trust import\n", "")
    code, out, err = run(capsys, "import", str(put(tmp_path, GOOD)), *there)
    assert (code, err) == (0, "")
    assert out.startswith("certificates: 3, of countries: 2, new: 3\nsigned by DE, SHA-256")
    assert run(capsys, "list", *there)[1] == (
        "DE     2  valid until 2035-01-01\nDK     1  valid until 2035-01-01\n"
    )
    code, out, _ = run(capsys, "list", "--format", "json", *there)
    assert json.loads(out)[1] == {
        "country": "DK",
        "certificates": 1,
        "valid_until": "2035-01-01",
    }
    code, out, _ = run(capsys, "import", str(tmp_path / "list.ml"), "--format", "json", *there)
    assert json.loads(out)["new"] == 0


@pytest.mark.parametrize("content", [None, b"nonsense", DANISH.der])
def test_the_command_refuses_in_one_line(
    tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    file = tmp_path / "file" if content is None else put(tmp_path, content, "file")
    code, out, err = run(capsys, "import", str(file), "--config", str(site))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"kiosk: {file}: ")
    assert not trust.site_folder(trust.Folders(site)).exists()
