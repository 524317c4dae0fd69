"""How far a package is: one function of its cases, and nothing kept besides. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongdeng.desk import clocks
from tongdeng.desk.clocks import Run
from tongdeng.desk.lifecycle import CLOSED
from tongdeng.desk.lights import Lights
from tongdeng.desk.types import Leg, Signal, State
from tongdeng.kernel.errors import Text


class Stage(StrEnum):
    """Where a package stands as a whole."""

    DRAFT = "draft"  # nothing was sent
    UNDER_WAY = "under_way"
    WAITS = "waits"  # for the person: something is missing
    STANDS_STILL = "stands_still"  # whatever is open is suspended
    DONE = "done"
    WITHDRAWN = "withdrawn"  # every part of it
    ENDED = "ended"  # without anything being granted


STAGES = {
    Stage.DRAFT: Text("还没有交", "not sent yet"),
    Stage.UNDER_WAY: Text("各部门正在办", "under way"),
    Stage.WAITS: Text("缺材料，等本人补", "waits for the person"),
    Stage.STANDS_STILL: Text("暂停计时", "stands still"),
    Stage.DONE: Text("全部办完", "done"),
    Stage.WITHDRAWN: Text("全部撤回", "withdrawn"),
    Stage.ENDED: Text("已结束", "ended"),
}
GONE = frozenset({State.WITHDRAWN, State.DEEMED_WITHDRAWN})
STILL = frozenset({State.SUSPENDED, State.CORRECTION_REQUIRED})  # no day can be named while one of these is open


@dataclass(frozen=True)
class Part:
    """What a package needs to know of one of its cases."""

    state: State
    promised_due_on: date | None = None
    statutory_due_on: date | None = None
    person_due_on: date | None = None
    closed_on: date | None = None
    amber_on: date | None = None  # from which days on it shows which light
    yellow_on: date | None = None
    red_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether something is left to do."""
        return self.state not in CLOSED

    @property
    def due_on(self) -> date | None:
        """Return by when it is decided: as promised, else as the law says; None before it is accepted."""
        return self.promised_due_on or self.statutory_due_on


@dataclass(frozen=True)
class Together:
    """A package as its cases make it. `due_on`: when the last decision comes; None where no day can be named."""

    stage: Stage
    parts: int
    closed: int
    due_on: date | None
    person_due_on: date | None
    closed_on: date | None
    lights: Lights  # of the parts that are open: each colour's first day

    def light_on(self, day: date) -> Signal:
        """Return the light on a day: the worst one of the parts that are open."""
        return self.lights.on(day)

    @property
    def is_open(self) -> bool:
        """Tell whether something is left to do."""
        return self.closed < self.parts

    @property
    def may_rate(self) -> bool:
        """Tell whether there is something to rate."""
        return self.stage is Stage.DONE


def together(parts: Iterable[Part], *, sent_on: date | None, legs: tuple[Leg, ...] = ()) -> Together:
    """Return how far a package is. `legs`: its own term from the day it was sent; a later day of a case counts."""
    found = tuple(parts)
    left = [one for one in found if one.is_open]
    ends = [one.due_on for one in left if one.due_on is not None]
    if left and sent_on is not None and legs and (own := clocks.due_on(Run(sent_on, legs))):
        ends.append(own)
    waits = [one.person_due_on for one in left if one.person_due_on is not None]
    return Together(
        _stage(found, left, sent_on), len(found), len(found) - len(left),
        None if any(one.state in STILL for one in left) else max(ends, default=None), min(waits, default=None),
        None if left else max((one.closed_on for one in found if one.closed_on), default=None), _lights(left),
    )  # fmt: skip


def _lights(left: list[Part]) -> Lights:
    amber, yellow, red = (
        min((day for one in left if (day := getattr(one, name)) is not None), default=None)
        for name in ("amber_on", "yellow_on", "red_on")
    )
    return Lights(amber_on=amber, yellow_on=yellow, red_on=red)


def _stage(found: tuple[Part, ...], left: list[Part], sent_on: date | None) -> Stage:
    if not left:
        states = {one.state for one in found}
        return Stage.DONE if State.COMPLETED in states else Stage.WITHDRAWN if states <= GONE else Stage.ENDED
    if sent_on is None and all(one.state is State.DRAFT for one in left):
        return Stage.DRAFT
    if any(one.person_due_on is not None for one in left):
        return Stage.WAITS
    # What waits for another part has no clock yet, and stands still only with it.
    begun = [one for one in left if one.state is not State.DRAFT]
    return Stage.STANDS_STILL if begun and all(one.state is State.SUSPENDED for one in begun) else Stage.UNDER_WAY


def may_begin(order: Mapping[str, Iterable[str]], states: Mapping[str, State]) -> list[str]:
    """Return the services that wait no longer: whatever came before them is over, however it ended.

    An order is no condition. Where what came first was refused or withdrawn, the next begins all the same, and whoever
    decides on it says so with reasons: nobody's application stays in a drawer.
    """
    return [
        service
        for service, before in order.items()
        if states.get(service) is State.DRAFT and all(states.get(code, State.WITHDRAWN) in CLOSED for code in before)
    ]
