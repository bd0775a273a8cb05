"""`kiosk fleet enrol`, `check` and `revoke`: what a site's IT runs, and what comes of it."""

import json
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509

from kiosk.fleet import certificates, operators
from kiosk.fleet.broker_files import Listening, access, configuration
from kiosk.fleet.certificates import Authority, Pair
from kiosk.fleet.console_files import load
from kiosk.fleet.mqtt import PortError, connected
from kiosk.fleet.topics import Place
from kiosk.fleet_commands import fleet
from kiosk.reading import ConfigError
from tests.brokers import broker

SITE = """
host = "broker.example.dk"
[centres]
lyngby = ["kiosk-1", "kiosk-2"]
[operators.anna]
rank = "clerk"
centres = ["lyngby"]
"""
MORE = """
aarhus = ["kiosk-1"]
[operators.eva]
rank = "supervisor"
centres = ["*"]
[operators.anna]
"""
DEPLOY = Path(__file__).parents[2] / "deploy" / "mosquitto"


def run(*words: object) -> Result:
    return CliRunner().invoke(fleet, [str(word) for word in words])


def enrolled(tmp_path: Path, site: str = SITE) -> Path:
    (tmp_path / "site.toml").write_text(site)
    made = run("enrol", tmp_path / "site.toml", tmp_path / "out")
    assert made.exit_code == 0, made.output
    return tmp_path / "out"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_everybody_gets_what_they_need_and_no_more(tmp_path: Path) -> None:
    out = enrolled(tmp_path)
    assert set(contents(out)) == {
        "ca.pem", "ca.key", "site.toml",
        *(f"broker/{n}" for n in ("mosquitto.conf", "acl", "ca.pem", "certificate.pem", "key.pem",
                                  "revoked.pem")),
        *(f"kiosks/lyngby/{k}/{n}" for k in ("kiosk-1", "kiosk-2")
          for n in ("kiosk-fleet.toml", "fleet/ca.pem", "fleet/certificate.pem", "fleet/key.pem",
                    "fleet/operators.toml")),
        *(f"operators/anna/{n}" for n in ("ca.pem", "certificate.pem", "key.pem", "signing.key",
                                          "console.toml", "kiosks.toml")),
    }  # fmt: skip
    for secret in ("ca.key", "broker/key.pem", "operators/anna/signing.key",
                   "kiosks/lyngby/kiosk-1/fleet/key.pem"):  # fmt: skip
        assert stat.S_IMODE((out / secret).stat().st_mode) == 0o600, secret
    kiosk = certificates.certificate_of(
        (out / "kiosks/lyngby/kiosk-1/fleet/certificate.pem").read_bytes()
    )
    assert certificates.common_name(kiosk) == "lyngby/kiosk-1"
    assert (
        'broker = "mqtts://broker.example.dk:8883"'
        in (out / "kiosks/lyngby/kiosk-1/kiosk-fleet.toml").read_text()
    )


def test_a_kiosk_and_a_console_can_read_what_was_made(tmp_path: Path) -> None:
    out = enrolled(tmp_path)
    known = operators.load(out / "kiosks/lyngby/kiosk-1/fleet/operators.toml")
    console = load(out / "operators" / "anna")
    known["anna"].key.verify(console.signing.sign(b"x"), b"x")
    assert known["anna"].serves("lyngby")
    assert console.settings.desk == "lyngby"
    assert console.kiosks == (Place("lyngby", "kiosk-1"), Place("lyngby", "kiosk-2"))


def test_a_console_knows_the_kiosks_of_its_centres(tmp_path: Path) -> None:
    out = enrolled(tmp_path, SITE.replace("\n[operators.anna]\n", MORE))
    far = Place("aarhus", "kiosk-1")
    assert far not in load(out / "operators" / "anna").kiosks
    assert far in load(out / "operators" / "eva").kiosks
    listed = out / "operators" / "anna" / "kiosks.toml"
    listed.write_text('lyngby = ["Kiosk 1"]')
    with pytest.raises(ConfigError, match=r"kiosks\.toml"):
        load(out / "operators" / "anna")
    listed.unlink()
    assert load(out / "operators" / "anna").kiosks == (), "a folder from before there was a list"


def test_run_again_it_keeps_what_is_there_and_makes_what_is_new(tmp_path: Path) -> None:
    before = contents(enrolled(tmp_path))
    assert contents(enrolled(tmp_path)) == before
    more = SITE.replace("\n[operators.anna]\n", MORE)
    after = contents(enrolled(tmp_path, more))
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {
        "site.toml", "broker/acl", *(f"kiosks/lyngby/{k}/fleet/operators.toml"
                                     for k in ("kiosk-1", "kiosk-2")),
    }  # fmt: skip
    known = operators.load(tmp_path / "out/kiosks/lyngby/kiosk-1/fleet/operators.toml")
    assert set(known) == {"anna", "eva"}
    far = operators.load(tmp_path / "out/kiosks/aarhus/kiosk-1/fleet/operators.toml")
    assert set(far) == {"eva"}, "anna has nothing to do there"


def test_what_soon_expires_is_renewed_for_the_same_key(tmp_path: Path) -> None:
    out = enrolled(tmp_path)
    folder = out / "kiosks/lyngby/kiosk-1/fleet"
    authority = Authority(Pair((out / "ca.pem").read_bytes(), (out / "ca.key").read_bytes()))
    key = (folder / "key.pem").read_bytes()
    short = authority.client("lyngby/kiosk-1", 20, key)
    (folder / "certificate.pem").write_bytes(short.certificate)
    checked = run("check", folder, "--offline", "--format", "json")
    assert checked.exit_code == 1
    assert {"expiry": "warn"}.items() <= {
        one["what"]: one["state"] for one in json.loads(checked.stdout)
    }.items()
    enrolled(tmp_path)
    renewed = certificates.certificate_of((folder / "certificate.pem").read_bytes())
    assert certificates.days_left(renewed) > 700
    assert (folder / "key.pem").read_bytes() == key


@pytest.mark.parametrize(
    ("site", "wrong"),
    [
        ("host = 1", "host"),
        (SITE.replace("broker.example.dk", "broker\\nuser x"), "no name of a host"),
        (SITE.replace('"kiosk-1"', '"Kiosk 1"'), "centres.lyngby"),
        (SITE.replace('"kiosk-1"', '"kiosk-1\\n"'), "centres.lyngby"),
        (SITE.replace("lyngby =", "staff ="), "staff"),
        (SITE.replace('centres = ["lyngby"]', 'centres = ["lingby"]'), "did you mean 'lyngby'"),
        (SITE.replace("operators.anna", "operators.kiosk"), "nobody may be called 'kiosk'"),
        (SITE.replace("clerk", "king"), "king"),
        (SITE + "more = 1", "more"),
        ("[", "TOML"),
    ],
)
def test_a_wrong_site_is_one_line(tmp_path: Path, site: str, wrong: str) -> None:
    (tmp_path / "site.toml").write_text(site)
    refused = run("enrol", tmp_path / "site.toml", tmp_path / "out")
    assert refused.exit_code == 2
    assert wrong in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_key_that_does_not_fit_is_never_written_over(tmp_path: Path) -> None:
    out = enrolled(tmp_path)
    folder = out / "operators/anna"
    (folder / "key.pem").write_bytes((out / "broker/key.pem").read_bytes())
    refused = run("enrol", tmp_path / "site.toml", out)
    assert refused.exit_code == 2
    assert "its key is another one" in refused.stderr
    checked = run("check", folder, "--offline")
    assert checked.exit_code == 2
    assert "key.pem is not that of certificate.pem" in checked.stdout


def test_a_certificate_that_has_expired_is_named(tmp_path: Path) -> None:
    left = certificates.days_left(
        certificates.certificate_of((enrolled(tmp_path) / "ca.pem").read_bytes()),
        datetime.now(UTC) + timedelta(days=21 * 365),
    )
    assert left < 0
    none = run("check", tmp_path / "nothing", "--offline")
    assert none.exit_code == 2
    assert "Traceback" not in none.output


async def test_who_was_revoked_comes_in_no_more_and_the_others_do(tmp_path: Path) -> None:
    one, two = Place("lyngby", "kiosk-1"), Place("lyngby", "kiosk-2")
    with broker(tmp_path, {"lyngby": ["kiosk-1", "kiosk-2"]}, {}) as running:
        folder = running.kiosk_folder(one) / "fleet"
        checked = run("check", folder, "--broker", running.url)
        assert checked.exit_code == 1, "only that nobody can help"
        assert f"{running.url} takes this certificate" in checked.stdout
        stolen = {f: (folder / f).read_bytes() for f in ("certificate.pem", "key.pem")}
        done = run("revoke", running.folder, "lyngby/kiosk-1")
        assert done.exit_code == 0, done.output
        again = run("revoke", running.folder, "lyngby/kiosk-1")
        assert again.exit_code == 2
        for name, content in stolen.items():
            (folder / name).write_bytes(content)
        running.stop()
        running.start()
        with pytest.raises(PortError):
            async with connected(running.for_kiosk(one), None, []) as port:
                await port.publish("kiosk/v1/lyngby/kiosk-1/state", b"")
        checked = run("check", folder, "--broker", running.url)
        assert checked.exit_code == 2
        async with connected(running.for_kiosk(two), None, []):
            pass
    crl = x509.load_pem_x509_crl((running.folder / "broker/revoked.pem").read_bytes())
    serial = certificates.certificate_of(stolen["certificate.pem"]).serial_number
    assert [entry.serial_number for entry in crl] == [serial]


def test_a_certificate_is_for_one_use(tmp_path: Path) -> None:
    out = enrolled(tmp_path)
    context = ssl.create_default_context(cafile=str(out / "ca.pem"))
    assert context.verify_mode is ssl.CERT_REQUIRED
    for file, use in (("broker", "serverAuth"), ("operators/anna", "clientAuth")):
        told = certificates.certificate_of((out / file / "certificate.pem").read_bytes())
        uses = told.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert [one._name for one in uses] == [use]


def test_what_is_shipped_is_what_enrolment_writes_and_the_tests_run() -> None:
    assert (DEPLOY / "mosquitto.conf").read_text() == configuration(Listening())
    sample = access({"lyngby": ("kiosk-1", "kiosk-2")}, {"anna": ["lyngby"], "eva": ["*"]})
    assert (DEPLOY / "acl").read_text() == sample
