"""Method `probable-1`: new persons of a roll who are very likely known, by name, birth date, phone and the like.

After the exact step and before anything is stored. Only block candidates are opened. Who is sure joins; who is not gets
a person of their own and a clerk is asked; two who were in the register before are only ever asked about.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from threading import Thread
from typing import Any

from django.db import connection

from tongdeng.access.exports import bulk
from tongdeng.access.selectors import acting
from tongdeng.access.types import IDENTIFY
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.intake import candidates
from tongdeng.intake.candidates import Candidates, Row
from tongdeng.intake.second_look import doubts_about, set_apart, weights_of
from tongdeng.intake.types import Doubt
from tongdeng.linkage import characters, settings
from tongdeng.linkage.joining import Fit, Party, Verdict, decide
from tongdeng.linkage.rows import Gathering
from tongdeng.people.exports import records

METHOD = "probable-1"
# Every fiftieth automatic link is looked at by a clerk: some 400 a year where 20,000 are made, which is what it takes
# to know a precision of 99 % within one point (Wilson, 95 %).
SAMPLE_ONE_IN = 50


def identify(*, by: Actor) -> list[Doubt]:
    """Let new persons of the staged roll be who they are in the register or beside them, and return what to ask.

    Works on `stage_row`: changes `person_id`, `is_new`, `method` and `weights` of rows that find their person. In the
    doubts `record_id` is the row's position (of a record already there, its negative id) until `of_records` puts the
    stored record's id in its place.
    """
    looking = replace(by, purpose=IDENTIFY)
    with acting(looking), candidates.found() as found:
        scored = _scored(found)
        verdict = _verdict(found, scored)
        _join(verdict, found)
        sampled = _sample(verdict, scored)
        overtaken = list(_overtaken(found, verdict))
        detail = {
            "people": found.people, "candidates": len(found.persons), "rows": len(scored.positions),
            "fits": len(scored.fits),
        }  # fmt: skip
        audit.record("intake.candidates.compared", by=looking, detail=detail)
    return [*_doubts(verdict, scored), *overtaken, *sampled]


def get_ready() -> None:
    """Let what compares candidates be imported, which takes most of a second, while the server has work."""
    Thread(target=import_module, args=("tongdeng.linkage.incremental",)).start()


def of_records(doubts: Iterable[Doubt], records_at: Mapping[int, int]) -> list[Doubt]:
    """Return the doubts with the id of the record that each row became, by position; of known records, their own."""
    return [
        one if one.record_id is None
        else replace(one, record_id=-one.record_id if one.record_id < 0 else records_at.get(one.record_id))
        for one in doubts
    ]  # fmt: skip


@lru_cache(maxsize=1)
def _model() -> settings.Model:
    return settings.load()


@lru_cache(maxsize=65536)
def _phone_key(phone: str) -> bytes:
    return records.index(records.PHONE, phone)


def _phone(values: Mapping[str, Any]) -> str | None:
    return values.get("phone") or values.get("guardian_phone")


@dataclass(slots=True)
class _Scored:
    """How well candidates fit one another, and what is kept of their rows: places in the roll, who has a number."""

    fits: list[Fit] = field(default_factory=list)
    positions: list[int | None] = field(default_factory=list)  # of each row; None: a record of the register
    numbered: set[int] = field(default_factory=set)

    def position(self, fit: Fit, person: int) -> int | None:
        """Return the place of the row by which a person fits."""
        return self.positions[fit.row_of(person)]


def _scored(found: Candidates) -> _Scored:
    scored = _Scored()
    for rows in candidates.rows_of(found):
        before = len(scored.positions)
        scored.fits += [
            fit._replace(left_row=before + fit.left_row, right_row=before + fit.right_row)
            for fit in score(rows, found, _model())
            if (fit.left, fit.right) in found.pairs or (fit.right, fit.left) in found.pairs
        ]
        scored.positions += [row.position for row in rows]
        scored.numbered |= {row.person for row in rows if row.values.get("id_number")}
    return scored


def score(rows: list[Row], among: Candidates, model: settings.Model) -> list[Fit]:
    """Return how well the persons of these rows fit one another, among everybody in register and roll."""
    # Splink takes most of a second to import, and most rolls of a counter or a form have no candidate at all.
    from tongdeng.linkage.incremental import Background, fits

    phones = {phone: _phone_key(phone) for row in rows if (phone := _phone(row.values))}
    bearers = candidates.phone_bearers(phones.values(), among.roll)
    crowded = {phone for phone, key in phones.items() if bearers.get(key, (0, 0))[1] > candidates.MOST_NAMES_OF_A_PHONE}
    gathered = Gathering()
    for row in rows:
        values = row.values
        if _phone(values) in crowded:
            values = {key: value for key, value in values.items() if key not in ("phone", "guardian_phone")}
        gathered.add("", len(gathered), values, person=row.person)
    names = {str(row.values["name"]).strip() for row in rows if row.values.get("name")}
    plain: dict[str, int] = {}
    sounding = ((name, characters.sound(name)) for name in names)
    for name, persons in candidates.name_bearers(sounding, among.roll).items():
        plain[characters.plain(name)] = plain.get(characters.plain(name), 0) + persons
    numbers = {phone: bearers[key][0] for phone, key in phones.items() if key in bearers}
    return fits(gathered.table(), model, Background(among.people, plain, numbers))


def _verdict(found: Candidates, scored: _Scored) -> Verdict:
    parties = {person: Party(*side) for person, side in found.sides.items()}
    for person in found.persons - parties.keys():
        parties[person] = Party(False, person in scored.numbered, f"{person:020}")
    model = _model()
    return decide(scored.fits, parties, threshold=model.threshold, margin=model.margin, zone=model.zone)


def _join(verdict: Verdict, found: Candidates) -> None:
    """Give the rows of each person who joined the other's id."""
    if not verdict.joined:
        return
    assert found.roll is not None  # noqa: S101  only a roll's persons join
    found.roll.join({person: verdict.now(person) for person in verdict.by})
    with connection.cursor() as cursor:
        bulk.drop("stage_joined")
        cursor.execute(
            "CREATE TEMP TABLE stage_joined (person_id bigint, other_id bigint, weights jsonb) ON COMMIT DROP"
        )
        with cursor.copy("COPY stage_joined FROM STDIN") as copy:
            for person, fit in verdict.by.items():
                copy.write_row((person, verdict.now(person), json.dumps(weights_of(fit), ensure_ascii=False)))
        cursor.execute("ANALYZE stage_joined")
        cursor.execute(
            "UPDATE stage_row r SET person_id = j.other_id, is_new = false, method = %s, weights = j.weights"
            " FROM stage_joined j WHERE r.person_id = j.person_id",
            [METHOD],
        )
    bulk.drop("stage_joined")


def _sample(verdict: Verdict, scored: _Scored) -> list[Doubt]:
    """Draw some of the links for checking: always the same ones, by the digest of the row that decided."""
    positions = {scored.position(fit, person): person for person, fit in verdict.by.items()}
    positions.pop(None, None)
    bulk.drop("stage_sampled")
    bulk.values("stage_sampled", "position", "bigint", positions)
    with connection.cursor() as cursor:
        cursor.execute("SELECT r.position, r.digest FROM stage_row r JOIN stage_sampled USING (position)")
        drawn = [at for at, digest in cursor.fetchall() if int.from_bytes(digest[:4], "big") % SAMPLE_ONE_IN == 0]
    bulk.drop("stage_sampled")
    return [
        Doubt(verdict.now(person), verdict.now(person), at, "sample", weights_of(verdict.by[person]))
        for at, person in sorted((at, positions[at]) for at in drawn)
    ]


def _overtaken(found: Candidates, verdict: Verdict) -> Iterator[Doubt]:
    """Yield the doubts about records that were linked to somebody while their rightful person was not there yet."""
    # A new bearer who turned out to be somebody known brings nothing that was not weighed then.
    met = {(new, person) for new, person in found.overtaking if new not in verdict.joined}
    linked = candidates.numberless_records({person for _, person in met}) if met else []
    if linked:
        bearers = {row.person for row in linked}
        arrived = {new for new, person in met if person in bearers}
        rows = [*candidates.rows_of_known(bearers), *candidates.rows_of_staged(arrived)]
        apart, rows = set_apart(linked, rows)
        fits = score(rows, found, _model())
        for one in doubts_about(apart, fits, _model(), numbered=bearers | arrived, rivals=arrived):
            yield replace(one, record_id=-(one.record_id or 0))


def _doubts(verdict: Verdict, scored: _Scored) -> Iterator[Doubt]:
    for person, other, fit in verdict.doubts:
        new = fit.left if verdict.now(fit.left) == person else fit.right
        yield Doubt(person, other, scored.position(fit, new), "row", weights_of(fit))
    for fit in verdict.proposals:
        yield Doubt(fit.left, fit.right, scored.positions[fit.left_row], "proposal", weights_of(fit))
