"""Addresses that a system wants told of acts on cases."""

from typing import Any

from django.http import Http404, HttpResponse
from ninja import Path, Router

from tongdeng.connect import actions as systems
from tongdeng.connect import selectors as connected
from tongdeng.sites.api import schemas
from tongdeng.sites.api.entry import operation
from tongdeng.sites.api.schemas import CaseNumber, IdempotencyKey
from tongdeng.sites.api.writing import once

router = Router(tags=["webhooks"])


def _told(one: connected.Webhook) -> dict[str, Any]:
    return {"webhook": one.pk, "url": one.url, "kinds": list(one.kinds), "made_at": one.made_at}


@router.get("/webhooks", **operation("list_webhooks", response=schemas.Webhooks))
def list_webhooks(request: Any) -> schemas.Webhooks:
    """List the addresses of this system."""
    own = connected.own_webhooks(request.system)
    return schemas.Webhooks(webhooks=[schemas.WebhookTold(**_told(one)) for one in own])


@router.post("/webhooks", **operation("add_webhook", response={201: schemas.WebhookMade}))
def add_webhook(request: Any, asked: schemas.WebhookAsked, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Let an address be told of acts on those cases that the system may read. The secret is told here alone."""

    def add() -> schemas.WebhookMade:
        made, secret = systems.add_webhook(
            caller=request.system, url=asked.url, kinds=[one.value for one in asked.kinds], by=request.actor
        )
        return schemas.WebhookMade(**_told(made), secret=secret)

    return once(request, idempotency_key, add, 201)


@router.post("/webhooks/{webhook}/end", **operation("end_webhook", response=schemas.Ended))
def end_webhook(request: Any, webhook: Path[CaseNumber], idempotency_key: IdempotencyKey) -> HttpResponse:
    """Tell an address nothing any more."""

    def end() -> schemas.Ended:
        if not systems.end_webhook(caller=request.system, webhook_id=webhook, by=request.actor):
            raise Http404
        return schemas.Ended(webhook=webhook, ended=True)

    return once(request, idempotency_key, end)
