"""What goes in and comes out, strictly: a value of the wrong type is refused, not guessed; a word too many, too."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from ninja import HeaderEx, P, Schema
from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from tongdeng.connect.types import EVERYTHING, Purpose
from tongdeng.desk.exports import lifecycle
from tongdeng.desk.types import Act, Channel, Held, Signal, State
from tongdeng.kernel.errors import Text

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f]*$"  # no control characters: PostgreSQL has no place for some
BIGGEST = 2**53 - 1  # exact in every language's JSON
# What a machine may not do: approve what somebody asked for (two people do that), act as the applicant or as the clock,
# or begin a case by another way than starting one.
NOT_BY_SYSTEMS = {Act.START, Act.REOPEN, Act.RATE, Act.DEEM_ACCEPTED, Act.DEEM_WITHDRAWN, Act.DECLINE} | {
    act for act, move in lifecycle.BY_ACT.items() if move.is_approved
}


def _only_a_day(value: Any) -> Any:
    if isinstance(value, str) and not ISO_DAY.fullmatch(value):
        raise ValueError("not a day")
    if not isinstance(value, str | date) or isinstance(value, datetime):
        raise ValueError("not a day")
    return value


def _whole(value: Any) -> Any:
    # JSON knows one kind of number: 3.0 is a whole one, `true` and "3" are none.
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise ValueError("not a whole number")
    return int(value)


Day = Annotated[date, BeforeValidator(_only_a_day)]
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_whole)]
StaffNumber = Annotated[int, Field(ge=1, le=BIGGEST), BeforeValidator(_whole)]
Words = Annotated[str, StringConstraints(strict=True, max_length=2000, pattern=PLAIN)]
Short = Annotated[str, StringConstraints(strict=True, max_length=60, pattern=PLAIN)]
Paper = Annotated[str, StringConstraints(strict=True, max_length=40, pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Papers = Annotated[dict[Paper, Held], Field(json_schema_extra={"additionalProperties": False})]
ServiceCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}-[0-9]{2}$")]
PersonRef = Annotated[str, StringConstraints(strict=True, pattern=r"^P-[0-9]{4}-[0-9]{4}-[0-9]$")]
PersonOrNumber = Annotated[
    str, StringConstraints(strict=True, pattern=r"^(P-[0-9]{4}-[0-9]{4}-[0-9]|[0-9]{17}[0-9Xx])$")
]
CaseNumber = Annotated[int, Field(ge=1, le=BIGGEST)]
IdempotencyKey = HeaderEx[
    Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")], P(alias="Idempotency-Key")
]
Cursor = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\.[0-9]{1,16}$")]
ActName = StrEnum("ActName", {act.name: act.value for act in Act if act not in NOT_BY_SYSTEMS})
EventName = StrEnum("EventName", {"EVERYTHING": EVERYTHING, **{act.name: act.value for act in Act}})


class Given(Schema):
    """A body: nothing unknown in it."""

    model_config = ConfigDict(extra="forbid")


class Said(Schema):
    """One sentence in both languages."""

    zh: str
    en: str


def said(text: Text) -> Said:
    """Return a sentence as it goes out."""
    return Said(zh=text.zh, en=text.en)


# ---- services ----


class Term(Schema):
    """So many days, `working` or `calendar`."""

    days: int
    kind: str


class ServiceLine(Schema):
    """A service in force on a day."""

    service: str
    name: Said
    bureau: str
    from_on: date
    until: date | None


class Material(Schema):
    """A paper that the law asks for."""

    code: str
    name: Said


class ServiceFull(ServiceLine):
    """A service with the rules of the version in force."""

    rhythm: Said
    conditions: list[Said]
    materials: list[Material]
    statutory: Term | None
    promised: Term | None
    fee: Said
    basis: list[Said]
    note: Said | None
    law: str = Field(description="digest of the law these rules stand in")


class Services(Schema):
    """The services in force on a day."""

    as_of: date
    law: str
    services: list[ServiceLine]


# ---- eligibility ----


class WhoAndWhy(Given):
    """About whom, by their number here or their id number, and for what. Never in an address: logs keep those."""

    person: PersonOrNumber
    purpose: Purpose
    service: ServiceCode | None = Field(None, description="one service only")


class ConditionTold(Schema):
    """A condition that is not met, or that nobody can answer yet."""

    name: str
    label: Said


class Standing(Schema):
    """How a person stands to one service."""

    service: str
    name: Said
    status: str | None = Field(description="null: the answer rests on facts this post may not see")
    answer: str = Field(description="yes, no or unknown")
    told: Said
    opens_on: date | None
    due_on: date | None
    unmet: list[ConditionTold]
    unknown: list[ConditionTold]
    basis: list[Said]


class Eligibility(Schema):
    """What one person is owed, and why."""

    person: str
    as_of: date
    law: str
    services: list[Standing]


# ---- cases ----


class CaseLine(Schema):
    """One case."""

    case: int
    number: str
    person: str
    service: str
    state: State
    kind: str
    channel: Channel
    version: int
    division: str
    opened_at: datetime
    due_on: date | None
    person_due_on: date | None
    closed_on: date | None
    light: Signal


class StepTold(Schema):
    """What happened."""

    version: int
    act: str
    role: str
    at: datetime
    words: str


class CaseFull(CaseLine):
    """One case with what happened and what may be done."""

    name: str
    materials: dict[str, Held]
    missing: list[str]
    gaps: list[str]
    acts: list[str] = Field(description="what this system may do with it now")
    steps: list[StepTold]


class Cases(Schema):
    """A page of cases, by the day something is due."""

    cases: list[CaseLine]
    next: str | None = Field(description="the cursor of the next page; null: there is none")


class Task(CaseLine):
    """A case in which this system may do something."""

    acts: list[str]


class Tasks(Schema):
    """A page of what is to be done, by the day it is due. A page may be empty and still have a next one."""

    tasks: list[Task]
    next: str | None


class NewCaseAsked(Given):
    """A case to begin."""

    person: PersonRef
    service: ServiceCode
    channel: Channel = Channel.WINDOW
    materials: Papers = Field(default_factory=dict, max_length=40)
    submit: StrictBool = Field(False, description="hand it in at once")


class Begun(Schema):
    """A case that was begun. The code is told here; whoever has number and code follows the case at /follow/."""

    case: int
    number: str
    code: str
    version: int
    state: State


class StepAsked(Given):
    """One act on a case. Which of the fields an act needs, the manual's page of the lifecycle says."""

    act: ActName
    version: VersionNumber = Field(description="of the case as it was read")
    reason: Short = ""
    words: Words = ""
    materials: Papers = Field(default_factory=dict, max_length=40)
    items: list[Paper] = Field(default_factory=list, max_length=40)
    organ: Short = ""
    officials: list[StaffNumber] = Field(default_factory=list, max_length=8)


class Stepped(Schema):
    """A case after an act."""

    case: int
    version: int
    state: State


# ---- documents ----


class Document(Schema):
    """A paper that was handed in, without its content."""

    document: int
    material: str
    type: str
    size: int
    digest: str = Field(description="SM3 of what is kept")
    held_since: datetime


class Documents(Schema):
    """What was handed in for a case."""

    documents: list[Document]


# ---- webhooks ----


class WebhookAsked(Given):
    """An address to be told."""

    url: Annotated[str, StringConstraints(strict=True, min_length=9, max_length=500, pattern=r"^https://[\x21-\x7e]+$")]
    kinds: list[EventName] = Field(min_length=1, max_length=len(Act) + 1)


class WebhookTold(Schema):
    """An address that is told of acts on cases."""

    webhook: int
    url: str
    kinds: list[str]
    made_at: datetime


class WebhookMade(WebhookTold):
    """The same with the secret that signs, told here alone."""

    secret: str


class Webhooks(Schema):
    """The addresses of this system."""

    webhooks: list[WebhookTold]


class Ended(Schema):
    """That something ended."""

    webhook: int
    ended: bool
