"""One act on many cases: each judged by itself, as if it had been the only one."""

from collections.abc import Iterable

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.desk import rules
from tongdeng.desk.actions.stepping import take_step
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.types import Act, Done, Given
from tongdeng.kernel.errors import Text

MOST = 100
NOT_IN_BATCH = Text("这一步要逐件办理", "this is done case by case")


@transaction.atomic
def take_steps(*, cases: Iterable[tuple[int, int]], act: Act, given: Given, token: str, by: Actor) -> list[Done]:
    """Do one act on each of these (case, version seen) and say of each what came of it, in the order of the list.

    Raises StepRefused where the county's file does not let this act be done with many at once.
    """
    wanted = list(dict(cases).items())[:MOST]
    if act not in rules.batch_acts():
        raise StepRefused("batch", NOT_IN_BATCH)
    done: dict[int, Done] = {}
    for case_id, seen in sorted(wanted):  # always in the same order: two batches never wait for each other
        why = None
        try:
            with transaction.atomic():
                take_step(case_id=case_id, act=act, seen=seen, given=given, token=f"{token}-{act.value}", by=by)
        except StepRefused as refused:
            why = refused
        done[case_id] = Done(case_id, why)
    audit.record(
        "desk.batch.done", by=by,
        detail={"act": act.value, "cases": len(done), "done": sum(one.refused is None for one in done.values())},
    )  # fmt: skip
    return [done[case_id] for case_id, _ in wanted]
