"""One person as the register shows them: each value with the records that state it, and the spells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from tongdeng.kernel import clock, names
from tongdeng.people import newer_keys, records, selectors, sources, stated
from tongdeng.people.models import Identity, Insurance, Job, Permit, Person, Schooling, Stay, Tenancy
from tongdeng.people.types import Statement

SECRET = {"id_number": names.mask_id, "id_claimed": names.mask_id, "phone": names.mask_phone}


@dataclass(frozen=True)
class Stated:
    """One record that states a value, true on a day.

    `why` it counts or not: chosen, same, derived (its id number says so), older, less_believed, or number (the id
    number decided otherwise).
    """

    source: str
    value: Any
    on: date
    recorded_on: date
    why: str


@dataclass(frozen=True)
class Sourced:
    """A value with its statements, the believed one first. `kept_back` counts records the reader may not open."""

    value: Any
    statements: tuple[Stated, ...]
    is_disputed: bool = False
    kept_back: int = 0


@dataclass(frozen=True)
class PersonProfile:
    """What the reader may know of a person. Id numbers and phones are masked."""

    person_id: int
    territory: str
    is_placed: bool
    name: str
    sex: str | None
    born_on: date | None
    values: dict[str, Sourced]
    stays: tuple[Stay, ...]
    jobs: tuple[Job, ...]
    insurances: tuple[Insurance, ...]
    schoolings: tuple[Schooling, ...]
    permits: tuple[Permit, ...]
    tenancies: tuple[Tenancy, ...]
    family: tuple[tuple[int, str], ...]
    newest: dict[str, date]  # source -> as-at of its newest record about the person
    records: int
    plain: tuple[Statement, ...] = ()  # rows of rolls that tell of no spell, newest first
    told_by: Mapping[int, str] = field(default_factory=dict)  # record -> source


def current_id(person_id: int) -> int | None:
    """Return the id under which a person lives on: the survivor's after a merge. None: the reader may not see them."""
    row = Person.objects.filter(pk=person_id).values_list("pk", "survivor_id").first()
    return None if row is None else int(row[1] or row[0])


def is_known(person_id: int) -> bool:
    """Tell whether anything that the reader may see is known of a person; False also once it was deleted."""
    return Identity.objects.filter(person_id=person_id).exists()


def find_by_number(number: str) -> list[int]:
    """Return the persons who bear a valid id number."""
    keys = records.indexes(records.ID, number)
    return list(Identity.objects.filter(id_index__in=keys).values_list("person_id", flat=True))


def statements_about(person_id: int, *, to_identify: bool = False) -> list[Statement]:
    """Return the live records of one person that the reader may see, opened.

    A sealed roll's are kept back from whoever may not even know of them, like records of a closed domain; only where
    somebody must judge who is who do their identity values count, under the name of another bureau.
    """
    quiet = {one.name: one.shown_to for one in sources.known().values() if one.shown_to and not to_identify}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, source, r.sealed, r.domain, r.as_at, r.row_on, r.recorded_at, r.digest FROM people_link l"
            " JOIN people_record r ON r.id = l.record_id"
            " LEFT JOIN unnest(%s::text[], %s::text[]) AS quiet (source, domain) USING (source)"
            " WHERE l.person_id = %s AND l.superseded_at IS NULL AND r.superseded_at IS NULL"
            " AND (quiet.domain IS NULL OR strpos((SELECT (access_scope()).domains), quiet.domain) > 0)",
            [list(quiet), list(quiet.values()), person_id],
        )
        return [
            Statement(i, source, records.unseal(sealed, domain), as_at, row_on, recorded_at, bytes(digest))
            for i, source, sealed, domain, as_at, row_on, recorded_at, digest in cursor.fetchall()
        ]


def find_profile(person_id: int) -> PersonProfile | None:
    """Return a person's profile; None where the reader may not see the person."""
    identity = Identity.objects.filter(person_id=person_id).first()
    if identity is None:
        return None
    statements = {one.record_id: one for one in statements_about(person_id)}

    def spells(model: Any, *order: str) -> tuple[Any, ...]:
        return tuple(model.objects.filter(person_id=person_id).order_by(*order))

    stays, tenancies = spells(Stay, "-starts_on", "rank"), spells(Tenancy, "-starts_on")
    jobs, insurances = spells(Job, "-starts_on"), spells(Insurance, "-as_at")
    schoolings, permits = spells(Schooling, "-as_at", "-enrolled_on"), spells(Permit, "-as_at")
    told = [(one.source, one.as_at) for one in (*statements.values(), *stays)]
    by_table = (("hrss", (*jobs, *insurances)), ("education", schoolings), ("housing", tenancies), ("police", permits))
    # A spell whose record the reader may not open is told by the bureau that usually tells of its kind.
    told += [(_source_of(one, statements, usual), one.as_at) for usual, spelled in by_table for one in spelled]
    return PersonProfile(
        person_id=person_id,
        territory=identity.territory,
        is_placed=identity.is_placed,
        name=identity.name,
        sex=identity.sex,
        born_on=identity.born_on,
        values={a: _sourced(identity, a, one, statements) for a, one in stated.read(identity.sources).items()},
        stays=stays,
        jobs=jobs,
        insurances=insurances,
        schoolings=schoolings,
        permits=permits,
        tenancies=tenancies,
        family=_family(identity, schoolings),
        newest=dict(sorted(told)),
        records=len(statements),
        plain=_plain(statements.values()),
        told_by={one.record_id: one.source for one in statements.values()},
    )


def _sourced(identity: Identity, attribute: str, listed: stated.Listed, statements: dict[int, Statement]) -> Sourced:
    value = _shown(attribute, _cached(identity, attribute))
    seen = [statements[record] for record in listed.records if record in statements]
    order = selectors.ranks()[attribute]
    told = []
    for at, one in enumerate(seen):
        said = one.values.get(attribute)
        if said is None:
            why = "derived"
        elif _shown(attribute, said) == value:
            why = "chosen" if at == 0 else "same"
        elif order.get(one.source, 0) > order.get(seen[0].source, 0):
            why = "less_believed"
        else:
            why = "number" if _is_from_number(attribute, seen[0]) else "older"
        shown = value if said is None else _shown(attribute, said)
        told.append(
            Stated(one.source, shown, one.row_on or one.as_at, one.recorded_at.astimezone(clock.CHINA).date(), why)
        )
    return Sourced(value, tuple(told), listed.is_disputed, len(listed.records) - len(seen))


def _source_of(spell: Any, statements: Mapping[int, Statement], usual: str) -> str:
    record = statements.get(spell.record_id)
    return record.source if record else usual


def _plain(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    known = sources.known()
    found = [one for one in statements if known[one.source].gives and not known[one.source].makes]
    return tuple(sorted(found, key=lambda one: one.newness, reverse=True))


def _is_from_number(attribute: str, first: Statement) -> bool:
    return attribute in ("born_on", "sex") and "id_number" in first.values


def _cached(identity: Identity, attribute: str) -> Any:
    sealed = {"id_number": "id_sealed", "id_claimed": "claimed_sealed", "phone": "phone_sealed"}.get(attribute)
    return records.unseal_text(getattr(identity, sealed)) if sealed else getattr(identity, attribute)


def _shown(attribute: str, value: Any) -> Any:
    if value is None:
        return None
    if attribute == "born_on" and isinstance(value, str):
        return date.fromisoformat(value)
    return SECRET[attribute](value) if attribute in SECRET else value


def _family(identity: Identity, schoolings: Iterable[Schooling]) -> tuple[tuple[int, str], ...]:
    """Return the children whose school names this person as guardian, and this child's guardians, where seen."""
    guardians = newer_keys.forms_of(s.guardian_id_index for s in schoolings if s.guardian_id_index)
    related = Q(id_index__in=guardians)
    if identity.id_index:
        children = Schooling.objects.filter(guardian_id_index__in=newer_keys.forms_of([identity.id_index])).values_list(
            "person_id", flat=True
        )
        related |= Q(person_id__in=list(children))
    found = Identity.objects.filter(related).exclude(person_id=identity.person_id).order_by("born_on")
    return tuple(found.values_list("person_id", "name"))
