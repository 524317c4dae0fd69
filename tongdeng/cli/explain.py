"""`explain`: why one person gets an answer, and what would change it."""

from datetime import date
from typing import Annotated, Any

import typer

from tongdeng.access import selectors as access
from tongdeng.access.types import SERVE
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor, command
from tongdeng.catalogue import selectors as catalogue
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


def _explained(ref: str, service: str, day: date, known: date | None, by: Actor) -> dict[str, Any]:
    law, domains = catalogue.open_law(), access.domains_of(KIND_OF_POST)
    with access.acting(by):
        person = find_person(ref)
        audit.record("people.person.viewed", by=by, subjects=[person], detail={"service": service[:12]})
        days = owed.days_for(day)
        # An id that was merged since asks what was known under it then.
        then = owed.facts_known_on(ids.read(ref) or person, days, known, domains) if known else None
        facts = then or owed.facts_of(person, days, domains, by)
    explanation = owed.explain(law, service, day, facts[day])
    document = owed.as_json(explanation, facts)
    document["person"] = ids.show(person)
    document["known_on"] = known.isoformat() if known else None
    return document


def _readable(document: dict[str, Any], lang: str) -> dict[str, Any]:
    name = "en" if lang == "en" else "zh"
    changes = [
        {"condition": one["condition"], "needs": one["needs"], "met_from": one["met_from"]}
        for one in document["would_change"]["unmet"]
    ] + [
        {"condition": one["condition"], "needs": [f"{fact[name]}?" for fact in one["facts"]], "met_from": None}
        for one in document["would_change"]["unknown"]
    ]
    return {
        "person": document["person"],
        "service": f"{document['service']} {document[name]}",
        "as_of": document["as_of"],
        "answer": ANSWERS[document["answer"]].say(lang),
        "conditions": [
            {
                "condition": one[name],
                "state": STATES[one["state"]].say(lang),
                "values": ", ".join(f"{fact[name]}: {_value(fact, lang)}" for fact in one["facts"]),
            }
            for one in document["conditions"]
        ],
        "would_change": changes,
        "basis": "; ".join(clause[name] or clause["zh"] for clause in document["basis"]),
    }


def _value(fact: dict[str, Any], lang: str) -> str:
    value = fact["value"]
    if value is None:
        return "?"
    if isinstance(value, bool):
        return (Text("是", "yes") if value else Text("否", "no")).say(lang)
    return str(fact["value_en" if lang == "en" else "value_zh"] or value)
