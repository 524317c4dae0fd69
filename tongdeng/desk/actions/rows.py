"""The rows of a case: written in one way from what its events make of it."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongdeng.audit.types import Actor
from tongdeng.connect import actions as systems
from tongdeng.connect.types import Happened as Told
from tongdeng.desk import clocks, lifecycle, rules
from tongdeng.desk.lights import Lights, lights
from tongdeng.desk.models import Case, Event
from tongdeng.desk.progress import Event as Happened
from tongdeng.desk.progress import Progress
from tongdeng.desk.types import Act, Clock, State
from tongdeng.kernel import clock
from tongdeng.people.exports import records

LONGEST = 2000  # characters of any text


def lights_now(now: Progress) -> Lights:
    """Return the days on which the lights turn, by the county's thresholds."""
    days, share = rules.amber()
    return lights(now, amber_days=days, amber_share=share)


def _due(now: Progress, which: Clock) -> date | None:
    run = now.runs.get(which)
    return clocks.due_on(run) if run else None


def columns(now: Progress) -> dict[str, Any]:
    """Return every column that a case's events make."""
    shown = lights_now(now)
    return {
        "state": now.state.value,
        "version": now.version,
        "progress": now.as_json(),
        "due_on": shown.due_on,
        "person_due_on": shown.person_due_on,
        "amber_on": shown.amber_on,
        "yellow_on": shown.yellow_on,
        "red_on": shown.red_on,
        "statutory_due_on": _due(now, Clock.STATUTORY),
        "promised_due_on": _due(now, Clock.PROMISED),
        "closed_on": now.closed_on,
        "holder_id": now.holder,
    }


def write(case: Case, now: Progress, **more: Any) -> None:
    """Bring a case's row to what its events make, and nothing else of it but what is named."""
    changed = {**columns(now), **more}
    for name, value in changed.items():
        setattr(case, name, value)
    case.save(update_fields=list(changed))


def add_event(case: Case, event: Happened, *, words: Mapping[str, str], token: str, by: Actor) -> None:
    """Add one event, its words sealed; whichever systems may hear of it will."""
    said = {name: text.strip()[:LONGEST] for name, text in words.items() if text.strip()}
    Event.objects.create(
        case_id=case.pk, seq=event.seq, person_id=case.person_id, territory=case.territory, domain=case.domain,
        desks=case.desks, act=event.act.value, role=event.role.value, on=event.on, at=clock.now(),
        staff_id=event.staff_id, post_id=by.post_id, token=token, data=dict(event.data),
        words_sealed=records.seal_text(json.dumps(said, ensure_ascii=False), case.domain) if said else None,
    )  # fmt: skip
    after = State.DRAFT if event.act is Act.START else lifecycle.BY_ACT[event.act].to(State(case.state))
    told = Told(
        case.pk, event.seq, event.act.value, after.value, case.service, str(case.territory), case.domain, case.desks
    )
    systems.note_event(happened=told, by=by)
