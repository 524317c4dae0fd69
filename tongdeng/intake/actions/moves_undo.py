"""Taking back an answer about a move within its day: everything it did is undone, and the question is open again."""

from django.db.models import Q

from tongdeng.access import actions as access
from tongdeng.access.selectors import acting
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake.models import Move
from tongdeng.intake.moves import ASK, DECIDE, can_take_back
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.people import actions as people
from tongdeng.people import selectors as registry
from tongdeng.people.exports import Batch, profiles
from tongdeng.work import actions as work
from tongdeng.work import selectors as tasks
from tongdeng.work.types import OpenTask

UNDO = "tongdeng.intake.tasks.take_back_move"


def take_back_move_answer(*, task_id: int, by: Actor) -> int:
    """Ask for an answer that this post gave today to be taken back; a job does it. Returns the person.

    Raises UnusableInput for an answer of another day or post, and for one that nobody gave.
    """
    with acting(by):
        task = tasks.tasks_by_id([task_id]).get(task_id)
        if task is None or task.kind not in (ASK, DECIDE) or not can_take_back(task, org.staff_in(by.post_id)):
            raise UnusableInput(
                "intake.move.not_yours",
                Text("没有本岗位今天的答复可以撤回", "there is no answer of this post and day to take back"),
                place="task",
            )
        person = int(task.detail["person"])
        audit.record("intake.move.answer_taken_back", by=by, subjects=[person], detail={"task": task_id})
        work.ask_for_job(UNDO, lock=f"unmove-{task_id}", task=task_id)
    return person


def take_back_move(*, task_id: int, by: Actor) -> set[str]:
    """Undo what an answer did, unless somebody has decided on it since. Returns the places to determine anew."""
    with acting(by):
        task = tasks.tasks_by_id([task_id]).get(task_id)
        concerned = Q(task_id=task_id) | Q(answers__contains=[task_id])
        move = Move.objects.select_for_update().filter(concerned).exclude(state="withdrawn").order_by("-id").first()
        if task is None or move is None or task.closed_at is None or not _is_last(move, task):
            audit.record("intake.move.not_taken_back", by=by, detail={"task": task_id})
            return set()
        places = _undo(move, task, by) if task_id in move.answers else set()
        work.reopen_tasks(ids=[task_id], by=by)
        audit.record(
            "intake.move.taken_back", by=by, subjects=[move.subject_id], detail={"task": task_id, "move": move.pk}
        )
    return places


def _is_last(move: Move, task: OpenTask) -> bool:
    """Tell whether nothing came after this answer: it waits to be carried out, or what it did is the last word."""
    if task.id not in move.answers:
        return move.task_id == task.id
    if move.state == "disputed":
        asked = tasks.tasks_by_id([move.task_id or 0]).get(move.task_id or 0)
        return bool(move.answers[-1] == task.id and asked and asked.closed_at is None)
    return bool(move.answers[-1] == task.id)


def _undo(move: Move, task: OpenTask, by: Actor) -> set[str]:
    places = {move.from_place, move.territory}
    if move.state == "disputed":
        work.close_tasks(ids=[move.task_id or 0], outcome="withdrawn", by=by)
        places = set()  # nothing had moved
    elif move.records:
        _silence(move, by)
    move.answers = move.answers[:-1]
    move.state = "disputed" if task.kind == DECIDE else "asked"
    move.task_id, move.how, move.left_on, move.settled_at = task.id, "", None, None
    move.save()
    return places


def _silence(move: Move, by: Actor) -> None:
    """Let what was stored fall silent, and everything follow to where the person lives without it."""
    person = profiles.current_id(move.subject_id) or move.subject_id
    before = registry.territories([person])
    people.withdraw_records(records=move.records, by=by)
    if move.has_own_batch:
        Batch.objects.filter(pk=move.batch_id).update(state="withdrawn", finished_at=clock.now())
        move.batch_id, move.has_own_batch = None, False
    move.records = []
    people.rebuild(persons=[person], on=clock.today(), by=by)
    after = registry.territories([person])
    moved = {person: (before[person], after[person])}
    if before != after:
        access.follow_persons(moved=moved, by=by)
