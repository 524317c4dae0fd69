"""Which address is told of what; a system sees and ends its own ones only."""

import base64
import secrets
from collections.abc import Sequence

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.connect import addresses, sending
from tongdeng.connect.errors import CallRefused
from tongdeng.connect.models import Webhook
from tongdeng.connect.types import Caller
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text

MOST = 10  # open addresses of one system
SECRET_PREFIX = "whsec_"  # noqa: S105  by which libraries of Standard Webhooks know it


def add_webhook(*, caller: Caller, url: str, kinds: Sequence[str], by: Actor) -> tuple[Webhook, str]:
    """Let an address be told of acts on cases; return it and the secret that signs, told this once.

    Raises WebhookRefused for an address that is private, not of https, or not found.
    """
    addresses.reachable(url, sending.allowed_networks())
    if Webhook.objects.filter(system_id=caller.system_id, ended_at=None).count() >= MOST:
        raise CallRefused(
            "connect.webhook.too_many", 409, Text(f"最多 {MOST} 个地址", f"at most {MOST} addresses"),
            remedy=Text("先停掉一个", "end one of them first"),
        )  # fmt: skip
    secret = secrets.token_bytes(32)
    made = Webhook.objects.create(
        system_id=caller.system_id, url=url, kinds=sorted(set(kinds)), made_at=clock.now(),
        secret_sealed=sending.sealed(secret),
    )  # fmt: skip
    audit.record("connect.webhook.added", by=by, detail={"system": caller.system_id, "webhook": made.pk})
    return made, SECRET_PREFIX + base64.b64encode(secret).decode()


def end_webhook(*, caller: Caller, webhook_id: int, by: Actor) -> bool:
    """Tell an address nothing any more; False where the system has none of this number."""
    found = Webhook.objects.filter(pk=webhook_id, system_id=caller.system_id, ended_at=None)
    count = found.update(ended_at=clock.now())
    audit.record("connect.webhook.ended", by=by, detail={"system": caller.system_id, "webhook": webhook_id})
    return bool(count)
