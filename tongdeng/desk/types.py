"""A case as other packages see it: states, acts, roles, clocks, signals, and what an act is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tongdeng.kernel.errors import NOTHING, Text, TongdengError


class State(StrEnum):
    """How far a case is. An extension is an event, verification a sub-state of review, a rating a mark."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CORRECTION_REQUIRED = "correction_required"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_GAPS = "accepted_with_gaps"
    UNDER_REVIEW = "under_review"
    SUSPENDED = "suspended"
    DECIDED_GRANTED = "decided_granted"
    DECIDED_REFUSED = "decided_refused"
    DELIVERING = "delivering"
    COMPLETED = "completed"
    NOT_ACCEPTED = "not_accepted"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    DEEMED_WITHDRAWN = "deemed_withdrawn"
    TERMINATED = "terminated"
    REVOKED = "revoked"


class Act(StrEnum):
    """What somebody does with a case."""

    START = "start"
    NOTE_MATERIALS = "note_materials"
    COMMIT = "commit"
    SUBMIT = "submit"
    ACCEPT = "accept"
    ACCEPT_WITH_GAPS = "accept_with_gaps"
    DEEM_ACCEPTED = "deem_accepted"
    CORRECT = "correct"
    CORRECT_AGAIN = "correct_again"
    SUPPLY = "supply"
    ASK_PAPERS = "ask_papers"
    CLOSE_GAPS = "close_gaps"
    NOT_ACCEPT = "not_accept"
    REDIRECT = "redirect"
    REVIEW = "review"
    VERIFY = "verify"
    HAND_OVER = "hand_over"
    FIND = "find"
    INQUIRE = "inquire"
    ANSWER = "answer"
    SUSPEND = "suspend"
    RESUME = "resume"
    ASK = "ask"
    DECLINE = "decline"
    EXTEND = "extend"
    GRANT = "grant"
    REFUSE = "refuse"
    ISSUE = "issue"
    SERVE = "serve"
    COMPLETE = "complete"
    RATE = "rate"
    EXPLAIN = "explain"
    WITHDRAW = "withdraw"
    WITHDRAW_FOR = "withdraw_for"
    DEEM_WITHDRAWN = "deem_withdrawn"
    TERMINATE = "terminate"
    REVOKE = "revoke"
    REOPEN = "reopen"


class Role(StrEnum):
    """In which capacity somebody acts on a case."""

    APPLICANT = "applicant"
    CLERK = "clerk"
    HANDLER = "handler"
    HEAD = "head"
    JOB = "job"


class Clock(StrEnum):
    """The terms of a case. Two of them, the statutory and the promised, run side by side."""

    COMPLETENESS = "completeness"  # to say what is missing
    CORRECTION = "correction"  # for the applicant
    GAPS = "gaps"  # for the applicant
    STATUTORY = "statutory"
    PROMISED = "promised"
    SUSPENSION = "suspension"  # how long, in all, the two may stand still before somebody has to look
    SERVING = "serving"


class Kind(StrEnum):
    """How a case is handled."""

    SAME_VISIT = "same_visit"  # 即办件
    PROMISED = "promised"  # 承诺件
    JOINT = "joint"  # 联办件
    PROXY = "proxy"  # 代办件


class Channel(StrEnum):
    """Where a case came in."""

    WINDOW = "window"
    ONLINE = "online"
    PHONE = "phone"
    HOME = "home"  # staff came


class Held(StrEnum):
    """How it stands with one paper the law asks for."""

    MISSING = "missing"
    GIVEN = "given"
    KNOWN = "known"  # a department holds it already: it is not asked for
    COMMITTED = "committed"  # a written word in its place
    UNNEEDED = "unneeded"  # the law asks for it in other cases, or another one of several will do
    PROMISED = "promised"  # a gap


class Signal(StrEnum):
    """The four lights."""

    GREEN = "green"
    AMBER = "amber"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class Leg:
    """So many days of a kind; a clock runs its legs one after the other."""

    days: int
    kind: str  # working, calendar


Materials = Mapping[str, Held]


@dataclass(frozen=True)
class Given:
    """What an act is given. Which of it an act needs, the lifecycle says; the rest stays empty."""

    reason: str = ""  # a code of law/desk.toml [reasons]
    words: str = ""  # what the person reads, or the person's own words; sealed
    materials: Materials = field(default_factory=dict)
    items: tuple[str, ...] = ()  # papers a notice lists
    organ: str = ""  # the right one, by its code or its name
    officials: tuple[int, ...] = ()  # members of staff
    on: date | None = None
    stars: int = 0
    asked: Act | None = None
    post: int | None = None  # who has it from now on


@dataclass(frozen=True)
class NewCase:
    """What somebody begins to apply for."""

    person_id: int
    service: str
    kind: Kind
    channel: Channel
    asker_id: int | None = None  # who speaks for the person: a parent, a proxy
    parent_id: int | None = None  # of a joint package
    package: str = ""


@dataclass(frozen=True)
class Former:
    """What is kept of the case in whose place a new one is begun."""

    id: int
    materials: Materials
    words: str = ""  # that stood in for proofs


@dataclass(frozen=True)
class NewJoint:
    """What somebody asks several departments for by one form. What is left out of the package is noted nowhere."""

    person_id: int
    package: str
    services: tuple[str, ...]
    channel: Channel
    asker_id: int | None = None


@dataclass(frozen=True)
class Opened:
    """A case, or a package, that was begun. The code is told once, here: the register keeps its hash alone."""

    id: int
    number: str
    code: str
    is_new: bool  # false: the same request came again


@dataclass(frozen=True)
class Tally:
    """One measure in one place, for one service."""

    measure: str
    place: str
    service: str
    good: int
    all: int


@dataclass(frozen=True)
class Done:
    """What came of one case of a batch."""

    case_id: int
    refused: TongdengError | None


@dataclass(frozen=True)
class Step:
    """One event of a case with its words opened."""

    seq: int
    act: Act
    role: Role
    at: datetime
    staff_id: int | None
    post_id: int | None
    data: Mapping[str, object]
    words: str
    remedies: str
    on: date
    organ: str = ""
    asker_id: int | None = None  # the resident who did it


@dataclass(frozen=True)
class ClockFace:
    """How a clock of a case stands on a day."""

    clock: Clock
    legs: tuple[Leg, ...]
    started_on: date
    due_on: date | None  # None while it is paused
    stopped_on: date | None
    used: int
    total: int
    is_provisional: bool  # its end lies in a year whose holidays nobody has published

    @property
    def is_running(self) -> bool:
        """Tell whether time goes by."""
        return self.stopped_on is None and self.due_on is not None

    @property
    def left(self) -> int:
        """Return how many of its days are left; negative once it is over."""
        return self.total - self.used


@dataclass(frozen=True)
class Followed:
    """What somebody with the number and the code of a case is shown."""

    number: str
    service: str
    state: State
    steps: tuple[tuple[Act, date], ...]
    missing: tuple[str, ...]  # papers that are asked for
    gaps: tuple[str, ...]  # papers that were promised
    promised_due_on: date | None
    person_due_on: date | None
    is_granted: bool = False
    explained: tuple[str, date] | None = None  # why it is late, by its code, and by when it is expected now


STATES = {
    State.DRAFT: Text("暂存", "draft"),
    State.SUBMITTED: Text("已收件", "submitted"),
    State.CORRECTION_REQUIRED: Text("待补正", "waiting for a correction"),
    State.ACCEPTED: Text("受理", "accepted"),
    State.ACCEPTED_WITH_GAPS: Text("容缺受理", "accepted with gaps"),
    State.UNDER_REVIEW: Text("审查", "under review"),
    State.SUSPENDED: Text("中止", "suspended"),
    State.DECIDED_GRANTED: Text("准予", "granted"),
    State.DECIDED_REFUSED: Text("不予", "refused"),
    State.DELIVERING: Text("送达", "being handed over"),
    State.COMPLETED: Text("办结", "done"),
    State.NOT_ACCEPTED: Text("不予受理", "not accepted"),
    State.REDIRECTED: Text("已告知有权机关", "sent to the right office"),
    State.WITHDRAWN: Text("撤回", "withdrawn"),
    State.DEEMED_WITHDRAWN: Text("视为撤回", "deemed withdrawn"),
    State.TERMINATED: Text("终止", "ended"),
    State.REVOKED: Text("撤销", "revoked"),
}
SIGNALS = {
    Signal.GREEN: NOTHING,
    Signal.AMBER: Text("预警：快到期了", "Due soon"),
    Signal.YELLOW: Text("黄牌：过了承诺时限", "Yellow card: past what was promised"),
    Signal.RED: Text("红牌：过了法定时限", "Red card: past the time by law"),
}
CLOCKS = {
    Clock.COMPLETENESS: Text("审核材料", "to check the papers"),
    Clock.CORRECTION: Text("补正", "to supply what is missing"),
    Clock.GAPS: Text("补齐承诺材料", "to supply what was promised"),
    Clock.STATUTORY: Text("法定时限", "by law"),
    Clock.PROMISED: Text("承诺时限", "promised"),
    Clock.SUSPENSION: Text("中止后再看", "to look again"),
    Clock.SERVING: Text("送达", "to hand over"),
}
ROLES = {
    Role.APPLICANT: Text("申请人", "applicant"),
    Role.CLERK: Text("窗口", "window"),
    Role.HANDLER: Text("承办部门", "department in charge"),
    Role.HEAD: Text("负责人", "head"),
    Role.JOB: Text("系统", "the system"),
}
KINDS = {
    Kind.SAME_VISIT: Text("即办件", "done while you wait"),
    Kind.PROMISED: Text("承诺件", "within a promised time"),
    Kind.JOINT: Text("联办件", "several departments"),
    Kind.PROXY: Text("代办件", "done for you"),
}
CHANNELS = {
    Channel.WINDOW: Text("窗口", "window"),
    Channel.ONLINE: Text("网上", "online"),
    Channel.PHONE: Text("电话", "phone"),
    Channel.HOME: Text("上门", "at home"),
}
HELD = {
    Held.MISSING: Text("缺", "missing"),
    Held.GIVEN: Text("已交", "given"),
    Held.KNOWN: Text("部门已有，不用交", "held already, not asked for"),
    Held.COMMITTED: Text("承诺代替", "own word in its place"),
    Held.UNNEEDED: Text("不需要", "not needed"),
    Held.PROMISED: Text("后补", "to follow"),
}
SEEN = Text("看过，已经还给本人", "seen and given back")  # in the place of `given`, of a paper that is looked at only
