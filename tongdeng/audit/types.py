"""Who acts, from where, and what is told about an act."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text


@dataclass(frozen=True)
class Actor:
    """One who acts: staff in a post, a command or job of this installation (no post), or a resident at /my/."""

    purpose: str
    staff_id: int | None = None
    post_id: int | None = None
    origin: str = "command"  # `web`, `portal`, `api`, `command` or `job`
    person_id: int | None = None  # of a resident


def command(purpose: str) -> Actor:
    """Return the actor of a command that an operator types on the server."""
    return Actor(purpose=purpose, origin="command")


def job(purpose: str) -> Actor:
    """Return the actor of a background job."""
    return Actor(purpose=purpose, origin="job")


@dataclass(frozen=True)
class Arrival:
    """Where a request came from, and the number that everything done for it bears."""

    address: str = ""
    request: str = ""


NOWHERE = Arrival()
_ARRIVAL: ContextVar[Arrival] = ContextVar("arrival", default=NOWHERE)


@contextmanager
def arriving(arrival: Arrival) -> Iterator[None]:
    """Let every entry of this block bear where the request came from, whoever writes it."""
    token = _ARRIVAL.set(arrival)
    try:
        yield
    finally:
        _ARRIVAL.reset(token)


def arrival() -> Arrival:
    """Return where the present request came from; empty for commands and jobs."""
    return _ARRIVAL.get()


@dataclass(frozen=True)
class Act:
    """A code in words. `kind`: view, list, search, export, change, derive, rights or system."""

    code: str
    kind: str
    text: Text

    @property
    def is_folded(self) -> bool:
        """Tell whether a person reads it once a day: nobody reads each list they stood in."""
        return self.kind in {"list", "derive"}


@dataclass(frozen=True)
class Look:
    """One line of who looked at a person; acts of kind `list` and `derive` are folded per day and post."""

    id: int  # of the newest entry folded in it
    at: datetime
    act: Act
    purpose: str
    purpose_text: Text
    origin: str  # web, portal, api, command, job
    post_id: int | None
    post: Text | None  # the post's title; None: a command or job of this installation
    unit: Text | None
    bureau: str | None  # the bureau's code
    times: int  # how many entries are folded
    reason: Text | None  # that was given, where the act asks for one of a list
    person_id: int | None = None  # the resident who acted for somebody else: a guardian

    @property
    def on(self) -> date:
        """Return the day in China."""
        return self.at.astimezone(clock.CHINA).date()


@dataclass(frozen=True)
class Fault:
    """The first thing that does not fit: `kind` says what, `FAULTS` in words."""

    kind: str
    seal: int | None  # None: an entry that is in none
    entry: int | None = None  # None: the seal itself
    code: str = ""  # the entry's, where there still is one

    @property
    def text(self) -> Text:
        """Return it as a sentence, with the place."""
        where = [f"记录 {self.entry}" if self.entry else "", f"封存 {self.seal}" if self.seal else ""]
        place = [f"entry {self.entry}" if self.entry else "", f"seal {self.seal}" if self.seal else ""]
        said = FAULTS[self.kind]
        code = f" ({self.code})" if self.code else ""
        return Text(
            f"{'，'.join(filter(None, where))}{code}：{said.zh}", f"{', '.join(filter(None, place))}{code}: {said.en}"
        )

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """Return it for `--json`."""
        said = self.text.say(lang)
        return {"kind": self.kind, "seal": self.seal, "entry": self.entry, "code": self.code, "text": said}


FAULTS = {
    "changed": Text("内容被改动，或与别的记录对调", "changed, or exchanged with another entry"),
    "removed": Text("被删除", "removed"),
    "inserted": Text("事后插入", "put in afterwards"),
    "late": Text("编号早已过去，事后封存", "sealed under a number that had long gone by"),
    "unfit": Text("从这一条起，有记录与封存不符，指纹也被改过", "entries from here on do not fit their seal"),
    "seal_missing": Text("封存被删除", "the seal was removed"),
    "seal_unchained": Text("与上一封存不相接", "does not follow the seal before it"),
    "seal_unsigned": Text("签名不对：封存被改动，或是别的密钥签的", "bad signature: changed, or by another key"),
    "seal_replaced": Text("与库外留存的不同：被重新签过", "not the one that was noted elsewhere: signed anew"),
    "seal_miscounted": Text("条数与编号不符", "its count and its numbers do not agree"),
    "seals_cut": Text("从这里起的封存被截去", "the seals from here on were cut off"),
}


@dataclass(frozen=True)
class Verdict:
    """What the recomputation of the whole chain found."""

    entries: int
    sealed: int
    unsealed: int  # the tail: reported, not guaranteed
    seals: int
    retired: int  # oldest seals whose entries were removed when their time had come
    faults: int
    first: Fault | None

    @property
    def is_ok(self) -> bool:
        """Tell whether everything fits."""
        return self.first is None


@dataclass(frozen=True)
class Pulse:
    """How the chain is: counts and instants, for whoever watches the machine."""

    seals: int
    sealed_at: datetime | None
    unsealed: int  # counted as far as 100,000
    oldest_at: datetime | None  # of the entries that are not sealed
    checked_at: datetime | None
    is_ok: bool | None  # what the last recomputation found


@dataclass(frozen=True)
class Listed:
    """One entry as an auditor sees it: who acted, never about whom."""

    id: int
    at: datetime
    act: Act
    purpose: Text
    origin: str
    address: str
    request: str
    subjects: int  # how many persons
    staff_name: str | None
    post: Text | None
    unit: Text | None
    is_sealed: bool


@dataclass(frozen=True)
class Wanted:
    """Which entries an auditor asks for; what is left out is not asked about."""

    since: datetime | None = None
    until: datetime | None = None  # not included
    code: str = ""
    staff: str = ""  # a sign-in name, or a whole name
    post: str = ""  # part of a post's title or its unit's name


@dataclass(frozen=True)
class Checked:
    """The last recomputation of the whole chain."""

    at: datetime
    entries: int
    sealed: int
    unsealed: int
    seals: int
    retired: int
    is_ok: bool
    first: Fault | None
    seconds: float
