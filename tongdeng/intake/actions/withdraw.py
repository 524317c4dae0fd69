"""A wrong roll is taken back: reversible, since importing the same file again lets its records speak again."""

from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.delivery import actions as delivery
from tongdeng.intake import sealed_rows
from tongdeng.intake.actions.silence import close_silent
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.owed import actions as owed
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import Batch, dwellings
from tongdeng.work import actions as work


class _Preview(Exception):
    pass


def withdraw_batch(*, batch_id: int, reason: str, by: Actor, preview: bool = False) -> dict[str, int]:
    """Take a batch back and return how many records fell silent and how many people were left without any.

    With `preview` nothing is changed. Raises UnusableInput for a batch that is not there or was never taken in.
    """
    counts: dict[str, int] = {}
    try:
        with acting(by):
            batch = _taken_in(batch_id)
            batch.state = "withdrawn"
            batch.message = {**batch.message, "withdrawn": reason, "withdrawn_on": clock.today().isoformat()}
            batch.finished_at = clock.now()
            batch.save(update_fields=["state", "message", "finished_at"])
            places = _places_of_entry(batch)
            counts = _withdraw(batch, by)
            places |= _places_of_entry(batch)
            if preview:
                raise _Preview
            audit.record("intake.roll.withdrawn", by=by, detail={"batch": batch_id, **counts})
            if batch.file_name:
                work.ask_for_job("tongdeng.insight.tasks.refresh_everyone", lock="everyone")
            for place in sorted(places):  # an entry of one row concerns one person: the county need not wait for it
                work.ask_for_job("tongdeng.insight.tasks.refresh_place", lock=f"place-{place}", community=place)
    except _Preview:
        with acting(by):
            audit.record("intake.withdrawal.previewed", by=by, detail={"batch": batch_id})
    return {"batch": batch_id, **counts}


def _places_of_entry(batch: Batch) -> set[str]:
    if batch.file_name:
        return set()
    return set(registry.territories(dwellings.persons_of(batch.pk)).values())


def _taken_in(batch_id: int) -> Batch:
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise UnusableInput("intake.batch.unknown", Text("没有这一批", "there is no such batch"), place=str(batch_id))
    # An entry made on a page is undone there, by whoever made it.
    if batch.state != "done" or batch.source == "panel":
        raise UnusableInput(
            "intake.batch.not_taken_in",
            Text("这一批没有导入，或者已经撤回", "this batch was not taken in, or was withdrawn already"),
            place=str(batch_id),
        )
    return batch


def _withdraw(batch: Batch, by: Actor) -> dict[str, int]:
    gone = people.withdraw_sightings(batch_id=batch.pk, by=by)
    sealed_rows.withdraw(batch.source, gone.records, by)
    cells = delivery.withdraw_returns(batch_id=batch.pk, by=by)
    deliveries = delivery.withdraw_deliveries(records=gone.records, by=by)
    people.rebuild(persons=gone.touched, on=clock.today(), by=by)
    delivery.follow_persons(persons=gone.touched - gone.retired, by=by)
    owed.forget_persons(persons=gone.retired, by=by)
    close_silent(records=gone.records, persons=gone.retired, by=by)
    return {"records": len(gone.records) + cells, "people": len(gone.retired), "deliveries": deliveries}
