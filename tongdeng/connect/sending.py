"""One notice over the network: signed as Standard Webhooks asks, to an address that was looked up and judged once."""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from tongdeng.connect import addresses
from tongdeng.connect.errors import WebhookRefused
from tongdeng.connect.types import Parcel
from tongdeng.keys.exports import Keys, Root

DOMAIN = "notify"
SECONDS = 10  # until an address that does not answer is given up for this time
_module = Keys(Root.REGISTER)


class NotTaken(Exception):
    """The address did not take the notice; says why in a few words, and nothing that it answered."""


def sealed(secret: bytes) -> bytes:
    """Return a secret as it is kept."""
    return _module.seal(DOMAIN, secret)


def unsealed(secret: bytes) -> bytes:
    """Return a secret as it signs."""
    return _module.unseal(DOMAIN, bytes(secret))


def allowed_networks() -> list[addresses.Network]:
    """Return the county's own networks in which an address may lie."""
    return [ipaddress.ip_network(one) for one in settings.TONGDENG_WEBHOOK_NETWORKS]


def body_of(*, case_id: int, seq: int, act: str, state: str, service: str, at: datetime) -> bytes:
    """Return what is told: codes and numbers of our own. Whoever wants more asks the API, which knows what they may."""
    told = {
        "type": f"case.{act}", "timestamp": at.isoformat(),
        "data": {"case": case_id, "version": seq, "act": act, "state": state, "service": service},
    }  # fmt: skip
    return json.dumps(told, separators=(",", ":")).encode()


def signed(secret: bytes, message: UUID, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of Standard Webhooks: HMAC-SHA256 over number, second and body."""
    number, second = f"msg_{message.hex}", str(int(at.timestamp()))
    mac = hmac.new(secret, f"{number}.{second}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": number,
        "webhook-timestamp": second,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


class _Pinned(http.client.HTTPSConnection):
    """Connects to the network address that was judged, and still asks for the certificate of the name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=SECONDS, context=context)
        self._address, self._judge = address, context

    def connect(self) -> None:
        """Open the connection."""
        plain = socket.create_connection((self._address, self.port), SECONDS)
        self.sock = self._judge.wrap_socket(plain, server_hostname=self.host)


def send(parcel: Parcel) -> None:
    """Hand a notice over. Raises NotTaken; nobody is followed to another address."""
    try:
        host, port, address = addresses.reachable(parcel.url, allowed_networks())
    except WebhookRefused as refused:
        raise NotTaken(refused.code) from None
    context: Any = ssl.create_default_context(cafile=settings.TONGDENG_WEBHOOK_CA or None)
    door = _Pinned(host, port, address, context)
    try:
        path = parcel.url.split("/", 3)[3] if parcel.url.count("/") > 2 else ""
        door.request("POST", f"/{path}", parcel.body, {"Content-Type": "application/json", **parcel.headers})
        status = door.getresponse().status
    except ssl.SSLError:
        raise NotTaken("certificate") from None
    except TimeoutError:
        raise NotTaken("no answer in time") from None
    except (OSError, http.client.HTTPException):
        raise NotTaken("no connection") from None
    finally:
        door.close()
    if not 200 <= status < 300:
        raise NotTaken(f"answered {status}")
