"""`explain`: why one person gets an answer, and what would change it."""

from datetime import date
from typing import Annotated, Any

import typer

from tongdeng.access import selectors as access
from tongdeng.access.types import SERVE
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor, command
from tongdeng.cli import installation
from tongdeng.cli.figures import read_day
from tongdeng.cli.output import AsJson, Lang, emit, fail
from tongdeng.kernel import clock, ids
from tongdeng.kernel.citizen_id import is_valid, upgrade
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import profiles

STATES = {
    "met": Text("满足", "met"),
    "unmet": Text("未满足", "not met"),
    "unknown": Text("不知道", "not known"),
}
ANSWERS = {"yes": Text("符合", "yes"), "no": Text("不符合", "no"), "unknown": Text("情况不明", "not known")}
KIND_OF_POST = "job"


def find_person(ref: str) -> int:
    """Return the person of a person id or an id number. Raises UnusableInput."""
    person = ids.read(ref)
    found = profiles.current_id(person) if person is not None else None
    if found is not None:
        return found
    number = ref.strip().upper()
    number = upgrade(number) if len(number) == 15 and number.isascii() and number.isdecimal() else number
    if is_valid(number, clock.today()):
        bearers = profiles.find_by_number(number)
        if bearers:
            return bearers[0]
    raise UnusableInput(
        "people.person.unknown",
        Text(
            "登记册里没有这个人。", "nobody in the register has this reference."
        ),  # the reference itself may be a secret
        place="--person",
        remedy=Text("写人员编号 P-0000-0000-0 或证件号码。", "Give a person id P-0000-0000-0 or an id number."),
    )


def explain_command(
    person: Annotated[str, typer.Option("--person", help="A person id or an id number.")],
    service: Annotated[str, typer.Option("--service", help="A service's code, such as PSB-02.")],
    as_of: Annotated[str, typer.Option("--as-of", help="The day that is judged; today if left out.")] = "",
    known_on: Annotated[str, typer.Option("--known-on", help="Only what the register knew on that day.")] = "",
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Explain one answer for one person: each condition, its values, and what would change it."""
    try:
        day = read_day(as_of)
        known = read_day(known_on, "--known-on") if known_on else None
        installation.ensure_installed()
        document = _explained(person, service, day, known, command(SERVE))
    except TongdengError as error:
        fail(error, as_json, lang)
    emit(document if as_json else _readable(document, lang), as_json)


def _explained(ref: str, service: str, day: date, known_on: date | None, by: Actor) -> dict[str, Any]:
    domains = access.domains_of(KIND_OF_POST)
    with access.acting(by):
        person = find_person(ref)
        audit.record("people.person.viewed", by=by, subjects=[person], detail={"service": service[:12]})
        profile = profiles.find_profile(person)
        if known_on:
            # An id that was merged since asks what was known under it then.
            known = owed.known_then(ids.read(ref) or person, known_on, domains)
        else:
            known = owed.known_now(person, domains)
        explanation = owed.explain(known.law, service, day, known.on([day]).get(day, {}))
        newest = known.newest or (profile.newest if profile else {})
        teller = owed.teller(known, day, newest, has_number=bool(profile and "id_number" in profile.values))
        document = owed.as_json(explanation, teller, known.ahead(explanation))
    document["person"] = ids.show(person)
    document["known_on"] = known_on.isoformat() if known_on else None
    return document


def _readable(document: dict[str, Any], lang: str) -> dict[str, Any]:
    name = "en" if lang == "en" else "zh"
    would_change = document["would_change"]
    return {
        "person": document["person"],
        "service": f"{document['service']} {document[name]}",
        "as_of": document["as_of"],
        "known_on": document["known_on"] or Text("今天", "today").say(lang),
        "answer": ANSWERS[document["answer"]].say(lang),
        "said": document["said"][name],
        "conditions": [
            {"condition": one[name], "state": STATES[one["state"]].say(lang), "values": one["said"][name]}
            for one in document["conditions"]
        ],
        "would_change": [{"said": said[name]} for said in (*would_change["said"], *would_change["evidence"])],
        "basis": "; ".join(_clause(clause, lang) for clause in document["basis"]),
        "in_force": document["in_force"][name],
        "law": document["law"],
    }


def _clause(clause: dict[str, Any], lang: str) -> str:
    said = str((clause["en"] if lang == "en" else "") or clause["zh"])
    return said if clause["checked"] else f"{said} {Text('（原文待核对）', '(text still to be checked)').say(lang)}"
