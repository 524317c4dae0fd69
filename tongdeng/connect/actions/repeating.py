"""A write that is sent twice is done once, and answered twice alike."""

from collections.abc import Callable

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.connect.errors import CallRefused
from tongdeng.connect.models import Request
from tongdeng.connect.types import Answer, Caller
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.keys.exports import Keys, Root

DOMAIN = "notify"  # the key of what waits for a short while and then goes
_module = Keys(Root.REGISTER)


@transaction.atomic
def answer_once(*, caller: Caller, key: str, digest: str, do: Callable[[], Answer], by: Actor) -> Answer:
    """Do a write and keep its answer, or return the answer that the same request got before.

    All of it is one transaction: whoever is killed in it has done nothing, and the next to come does it. Whoever comes
    meanwhile waits in the first statement. Raises CallRefused where the key came with something else.
    """
    made = Request(system_id=caller.system_id, key=key, digest=digest, made_at=clock.now())
    Request.objects.bulk_create([made], ignore_conflicts=True)
    kept = Request.objects.select_for_update().get(system_id=caller.system_id, key=key)
    if kept.digest != digest:
        raise CallRefused(
            "api.idempotency_key.used", 422,
            Text("这个 Idempotency-Key 已经用于另一个请求", "this Idempotency-Key came with another request before"),
            remedy=Text("新的请求用新的 Idempotency-Key", "give a new request a new Idempotency-Key"),
        )  # fmt: skip
    if kept.answer_sealed is not None:
        audit.record("connect.request.repeated", by=by, detail={"system": caller.system_id, "request": kept.pk})
        return Answer(kept.status, _module.unseal(DOMAIN, bytes(kept.answer_sealed)), is_repeated=True)
    answer = do()
    kept.status, kept.answer_sealed = answer.status, _module.seal(DOMAIN, answer.body)
    kept.save(update_fields=["status", "answer_sealed"])
    return answer
