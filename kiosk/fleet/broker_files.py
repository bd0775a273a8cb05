"""What Mosquitto 2.0 is told: who may connect, and which topics each may read and write."""

from collections.abc import Collection, Iterable

import msgspec

from kiosk.fleet.reports import LARGEST
from kiosk.fleet.topics import EVERY, RETAINED, STAFF, Leaf

TOLD = (*sorted(RETAINED), Leaf.EVENT, Leaf.ACK)
"""What a kiosk writes and a console reads."""
_ROOM = 1024
"""Bytes of a packet beside its payload: topic and properties."""


class Listening(msgspec.Struct, frozen=True):
    """Where a broker listens, and where it keeps what is retained."""

    port: int = 8883
    address: str = ""
    """Empty: every one of the machine's."""
    data: str = "/var/lib/kiosk-broker/"


def configuration(where: Listening) -> str:
    """mosquitto.conf; names of files are in the folder in which Mosquitto is started."""
    return f"""\
# Written by `kiosk fleet enrol`. The files named here lie beside it.
# Nobody connects without a certificate of this fleet; its common name is the user and the client.
listener {f"{where.port} {where.address}".rstrip()}
cafile ca.pem
certfile certificate.pem
keyfile key.pem
crlfile revoked.pem
tls_version tlsv1.3
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file acl

# A report or a command has at most {LARGEST} bytes.
max_packet_size {LARGEST + _ROOM}

# A slow console would lose what is beyond its queue, and nobody would be told.
max_queued_messages 50000
max_inflight_messages 100
max_keepalive 60
persistent_client_expiration 8d
set_tcp_nodelay true

# What is retained outlives a restart.
persistence true
persistence_location {where.data}
autosave_interval 60

# Who connected is said; what is sent is not.
log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages true
"""


def access(
    centres: dict[str, tuple[str, ...]],
    operators: dict[str, Iterable[str]],
    viewers: Collection[str] = (),
    absent: Collection[str] = (),
) -> str:
    """The ACL: a kiosk writes its own branch alone; a console reads and asks those of its centres.

    `operators`: the centres of each; `*` is every one. `viewers`: those who may ask for nothing;
    `absent`: those who cannot answer a call, viewers too; they may not say that somebody is there.
    """
    lines = ["# Written by `kiosk fleet enrol`. %u is the common name of a certificate."]
    lines += [f"pattern write kiosk/v1/%u/{leaf}" for leaf in TOLD]
    lines += [f"pattern read kiosk/v1/%u/{Leaf.COMMAND}"]
    for centre, kiosks in sorted(centres.items()):
        for kiosk in sorted(kiosks):
            lines += ["", f"user {centre}/{kiosk}", f"topic read host/v1/{centre}/+"]
    for operator, where in sorted(operators.items()):
        # The patterns above are for whatever certificate there is, an operator's too.
        lines += ["", f"user {STAFF}/{operator}", f"topic deny kiosk/v1/{STAFF}/#"]
        for centre in sorted("+" if name == EVERY else name for name in where):
            lines += [f"topic read kiosk/v1/{centre}/+/{leaf}" for leaf in TOLD]
            lines += [f"topic read host/v1/{centre}/+"]
            if operator not in viewers:
                lines += [f"topic write kiosk/v1/{centre}/+/{Leaf.COMMAND}"]
            if operator not in absent:
                lines += [f"topic write host/v1/{centre}/{operator}"]
    return "\n".join(lines) + "\n"
