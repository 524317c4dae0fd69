"""Two invented persons who may be one, with a question for a clerk, made from rows as an import makes them."""

from datetime import date
from itertools import count
from typing import Any

from tongdeng.intake import actions as intake
from tongdeng.intake.types import Doubt
from tongdeng.kernel import clock, ids
from tongdeng.people import actions as people
from tongdeng.people.types import NewRecord

EAST = "990101001001"
WEIGHTS = {
    "model": "linkage-1", "weight": 9.4, "probability": 0.9985,
    "comparisons": [
        {"name": "name", "level": "one character off", "weight": 3.1},
        {"name": "born", "level": "same", "weight": 8.0},
        {"name": "sex", "level": "same", "weight": 0.9},
        {"name": "phone", "level": "differs", "weight": -2.6},
    ],
}  # fmt: skip
_serial = count()


def store(by: Any, to: int | None, source: str, **values: Any) -> tuple[int, int]:
    """Store one record, of a new person where none is given, as an import does; return the record and the person."""
    n, made, today = next(_serial), to or int(ids.new_person_id()), clock.today()
    new = NewRecord(
        source=source, digest=n.to_bytes(32, "big"), values=values, domain="C" if source == "hrss" else "B",
        as_at=today, row_on=today, row_number=1, person_id=made, is_new_person=to is None, method="probable-1",
        weights=WEIGHTS,
    )  # fmt: skip
    batch = people.open_entry(source=source, digest=(n + 50_000).to_bytes(32, "big"), by=by)
    (record,) = people.store_records(batch_id=batch, new=[new], by=by)
    people.rebuild(persons=[made], on=today, by=by)
    return record, made


def person(by: Any, *, name: str = "吴海燕", community: str = EAST, is_insured: bool = False, **more: Any) -> int:
    """Make a person of a police row, and of a row of the social insurance where asked, and return the id."""
    said = {"name": name, "born_on": date(1992, 4, 12).isoformat(), "sex": "female", **more}
    values = {"community_code": community, "address": "新华路1号", "arrived_on": "2025-03-01", "hukou_code": "990303"}
    _, made = store(by, None, "police", **said, **values)
    if is_insured:
        store(by, made, "hrss", **said, employer_name="示例纺织厂", pension_type="pension_employee")
    return made


def ask(by: Any, one: int, other: int, kind: str = "proposal") -> int:
    """Ask whether two persons are one, and return how many questions that makes."""
    return intake.open_doubts(doubts=[Doubt(one, other, None, kind, WEIGHTS)], by=by)
