"""A case as the sum of its events: pure, so that the row can be recomputed from them at any time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tongdeng.desk import clocks
from tongdeng.desk.clocks import Run
from tongdeng.desk.lifecycle import BY_ACT, CLOSED, Effect, Move
from tongdeng.desk.types import Act, Clock, Held, Leg, Role, State


@dataclass(frozen=True)
class Event:
    """What happened: codes, numbers and days only. `data` holds all that the fold needs, so it asks no law."""

    seq: int
    act: Act
    role: Role
    on: date
    staff_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far a case is. `asked`: the act that waits for a head, and the member of staff who asked."""

    state: State = State.DRAFT
    version: int = 1  # the number of the newest event
    materials: Mapping[str, Held] = field(default_factory=dict)
    listed: tuple[str, ...] = ()  # what the correction notice lists
    asked_for: Mapping[str, date] = field(default_factory=dict)  # once accepted, each with its last day
    runs: Mapping[Clock, Run] = field(default_factory=dict)
    received_on: date | None = None  # of the papers as they are now
    corrections: int = 0
    is_verifying: bool = False
    is_committed: bool = False
    extended_on: date | None = None
    asked: tuple[Act, int | None] | None = None
    decided_on: date | None = None
    is_granted: bool = False
    served_on: date | None = None
    closed_on: date | None = None
    stars: int = 0
    is_reopened: bool = False
    holder: int | None = None  # the post that has taken it up, or that it was handed to
    is_questioned: bool = False  # the applicant was asked something and has not answered

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.state in CLOSED

    @property
    def gaps(self) -> tuple[str, ...]:
        """Return what was promised at acceptance and is not here yet."""
        return tuple(sorted(code for code, held in self.materials.items() if held is Held.PROMISED))

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the papers that are not here, as far as anybody said."""
        return tuple(sorted(code for code, held in self.materials.items() if held is Held.MISSING))

    @property
    def unasked(self) -> tuple[str, ...]:
        """Return what is missing and was not asked for since it was accepted."""
        return tuple(code for code in self.missing if code not in self.asked_for)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        days = ("received_on", "extended_on", "decided_on", "served_on", "closed_on")
        return {
            "state": self.state.value,
            "version": self.version,
            "materials": {code: held.value for code, held in sorted(self.materials.items())},
            "listed": list(self.listed),
            "asked_for": {code: day.isoformat() for code, day in sorted(self.asked_for.items())},
            "runs": {clock.value: run.as_json() for clock, run in sorted(self.runs.items())},
            "corrections": self.corrections,
            "is_verifying": self.is_verifying,
            "is_committed": self.is_committed,
            "is_reopened": self.is_reopened,
            "holder": self.holder,
            "is_questioned": self.is_questioned,
            "is_granted": self.is_granted,
            "asked": [self.asked[0].value, self.asked[1]] if self.asked else None,
            "stars": self.stars,
            **{name: day.isoformat() if (day := getattr(self, name)) else None for name in days},
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Progress":
        """Return what `as_json` kept."""
        days = {name: date.fromisoformat(said) if said else None for name, said in kept.items() if name.endswith("_on")}
        return cls(**{
            **kept,
            **days,
            "state": State(kept["state"]),
            "materials": {code: Held(held) for code, held in kept["materials"].items()},
            "listed": tuple(kept["listed"]),
            "asked_for": {code: date.fromisoformat(day) for code, day in kept.get("asked_for", {}).items()},
            "runs": {Clock(clock): Run.of_json(run) for clock, run in kept["runs"].items()},
            "asked": (Act(kept["asked"][0]), kept["asked"][1]) if kept["asked"] else None,
        })  # fmt: skip


def begin(event: Event) -> Progress:
    """Return a case at its first event, with the papers the law asks for."""
    held = _held(event.data)
    return Progress(materials=held, is_committed=Held.COMMITTED in held.values())


def _held(data: Mapping[str, Any]) -> dict[str, Held]:
    return {code: Held(held) for code, held in data.get("materials", {}).items()}


def _legs(data: Mapping[str, Any], clock: Clock) -> tuple[Leg, ...]:
    return tuple(Leg(days, kind) for days, kind in data["legs"].get(clock.value, ()))


def _run(runs: dict[Clock, Run], clock: Clock, effect: Effect, event: Event) -> None:
    if effect is Effect.START and clock in runs and runs[clock].paused_since:
        runs[clock] = clocks.go_on(runs[clock], event.on)
    elif effect is Effect.START:
        legs = _legs(event.data, clock)
        if legs:  # a service that promises nothing has no promised clock
            runs[clock] = Run(date.fromisoformat(event.data.get("since") or event.on.isoformat()), legs)
    elif clock in runs and effect is Effect.LENGTHEN:
        runs[clock] = clocks.lengthen(runs[clock], _legs(event.data, clock))
    elif clock in runs:
        change = {Effect.STOP: clocks.stop, Effect.PAUSE: clocks.pause, Effect.GO_ON: clocks.go_on}[effect]
        runs[clock] = change(runs[clock], event.on)


def advance(before: Progress, event: Event) -> Progress:
    """Return a case after one more event. What may happen is judged before; here it has happened."""
    move = BY_ACT[event.act]
    runs = dict(before.runs)
    for clock, effect in move.clocks.items():
        _run(runs, clock, effect, event)
    after = replace(
        before, state=move.to(before.state), version=event.seq, runs=runs,
        materials={**before.materials, **_held(event.data)},
    )  # fmt: skip
    if move.is_approved:
        after = replace(after, asked=None)
    if after.is_closed and not before.is_closed:
        after = replace(after, closed_on=event.on, is_verifying=False, asked=None, is_questioned=False)
    return replace(after, **_marks(after, move, event))


def _marks(now: Progress, move: Move, event: Event) -> dict[str, Any]:
    """Return what an act leaves besides state, clocks and papers."""
    on, data = event.on, event.data
    if move.act in (Act.CORRECT, Act.CORRECT_AGAIN):
        return {"corrections": now.corrections + 1, "listed": tuple(data["items"])}
    if move.act is Act.ASK_PAPERS:
        until = date.fromisoformat(data["until"])
        return {"asked_for": {**now.asked_for, **dict.fromkeys(data["items"], until)}}
    marks: dict[Act, dict[str, Any]] = {
        Act.SUBMIT: {"received_on": on},
        Act.SUPPLY: {"received_on": on, "listed": ()},
        Act.COMMIT: {"is_committed": True},
        Act.VERIFY: {"is_verifying": True},
        Act.FIND: {"is_verifying": False},
        Act.INQUIRE: {"is_questioned": True},
        Act.ANSWER: {"is_questioned": False},
        Act.DECLINE: {"asked": None},
        Act.EXTEND: {"extended_on": on},
        Act.GRANT: {"decided_on": on, "is_granted": True},
        Act.REFUSE: {"decided_on": on},
        Act.SERVE: {"served_on": on},
        Act.REOPEN: {"is_reopened": True},
    }
    if move.act is Act.ASK:
        return {"asked": (Act(data["asked"]), event.staff_id)}
    if move.act in (Act.REVIEW, Act.HAND_OVER):
        return {"holder": data.get("to")}
    if move.act is Act.RATE:
        return {"stars": data["stars"]}
    return marks.get(move.act, {})


def replay(events: Iterable[Event]) -> Progress:
    """Return the case that these events, in their order, make."""
    steps = iter(events)
    now = begin(next(steps))
    for event in steps:
        now = advance(now, event)
    return now
