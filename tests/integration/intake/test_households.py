"""A household at the door: who is new, who is known and where, and what is stored of each."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db.models import Count

from tests.databases import SmallCounty, logged_in_as, owner_here
from tests.posts import COUNTY, EAST, WEST, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import job
from tongdeng.intake import actions as intake
from tongdeng.intake.households import TypedHome, TypedMember, read_home, read_member
from tongdeng.intake.models import Doubt
from tongdeng.kernel import citizen_id, clock
from tongdeng.org import selectors as org
from tongdeng.people.exports import Batch, households, profiles, records
from tongdeng.people.models import Identity, Person, Record, Stay
from tongdeng.sites.console.home import changes

_serial = count(500)


def number(born_on: str = "19900520", division: str = "990303") -> str:
    """Return a fresh valid number."""
    first17 = division + born_on + f"{next(_serial):03d}"
    return first17 + citizen_id.check_character(first17)


def typed(address: str = "新华路8号2单元301室", **changes: str) -> dict[str, Any]:
    """Return a home as read."""
    home = TypedHome(**{"community": EAST, "address": address, "arrived_on": clock.today().isoformat(),
                        "lodging": "rented", "reason": "work", **changes})  # fmt: skip
    read = read_home(home, org.community_codes(clock.today()), clock.today())
    assert not read.faults
    return read.values


def members(*said: dict[str, str]) -> list[dict[str, Any]]:
    """Return members as read."""
    return [read_member(TypedMember(**one), at, clock.today()).values for at, one in enumerate(said)]


def settle(batch: int) -> set[str]:
    """Let the job finish an entry."""
    with logged_in_as("job"):
        return intake.settle_household(batch_id=batch, by=job("intake"))


def as_county(read: Callable[[], Any]) -> Any:
    """Read as a job does."""
    with logged_in_as("job"), acting(job("measure")):
        return read()


def register(*said: dict[str, str], token: str = "", home: dict[str, Any] | None = None, place: str = EAST) -> int:
    """Register a household as the community's worker, and let the job finish it."""
    with acting(staffed("worker", place)) as by:
        batch = intake.register_household(
            home=home or typed(community=place), members=members(*said), token=token or f"t{next(_serial)}", by=by
        )
    settle(batch)
    return batch


def persons_of(batch: int) -> list[int]:
    """Return the persons of an entry by position."""
    return as_county(
        lambda: list(
            Record.objects.filter(sighting__batch_id=batch, superseded_at=None)
            .order_by("sighting__row_number").values_list("link__person_id", flat=True)
        )
    )  # fmt: skip


def known_in(place: str) -> Identity:
    """Return somebody of the small county who is registered with the police in a community and bears a valid number."""
    # One registration that has not ended: of others a form tells the newest.
    staying = Stay.objects.filter(source="police", rank=1, ends_on=None).values("person_id")
    once = staying.annotate(stays=Count("record_id")).filter(stays=1).values("person_id")
    return as_county(
        lambda: Identity.objects.filter(territory=place, id_index__isnull=False, person_id__in=once)
        .exclude(phone_index=None).order_by("person_id").first()
    )  # fmt: skip


def plain_number(person: Identity) -> str:
    """Return the id number behind an identity."""
    return str(records.unseal_text(person.id_sealed))


pytestmark = pytest.mark.usefixtures("small_county")


def test_a_family_becomes_persons_of_one_household_at_once(small_county: SmallCounty) -> None:
    mother = number()
    batch = register(
        {"number": mother, "name": "郑小红", "phone": "10012345678"},
        {"name": "郑一一", "born_on": "2018-03-04", "sex": "female", "relation": "child", "hukou": "990303"},
    )
    persons = persons_of(batch)
    assert len(persons) == 2
    with acting(staffed("worker", EAST)):
        profile = profiles.find_profile(persons[0])
        together = households.household_of(persons[0])
    assert (profile.name, profile.territory, profile.is_placed) == ("郑小红", EAST, True)
    assert [(one.name, one.relation) for one in together] == [("郑小红", "self"), ("郑一一", "child")]


def test_the_same_form_sent_twice_is_one_entry(small_county: SmallCounty) -> None:
    one = {"number": number(), "name": "钱双双", "phone": ""}
    first = register(one, token="twice")
    before = as_county(lambda: (Record.objects.count(), Person.objects.count(), Batch.objects.count()))
    assert register(one, token="twice") == first
    assert as_county(lambda: (Record.objects.count(), Person.objects.count(), Batch.objects.count())) == before


def test_whoever_is_known_here_is_not_entered_again_and_keeps_the_arrival(small_county: SmallCounty) -> None:
    person = known_in(EAST)
    before = as_county(lambda: (Person.objects.count(), Stay.objects.filter(person_id=person.pk, rank=1).count()))
    batch = register({"number": plain_number(person)})
    assert persons_of(batch) == [person.pk]
    assert (
        as_county(lambda: (Person.objects.count(), Stay.objects.filter(person_id=person.pk, rank=1).count())) == before
    )
    stay = as_county(lambda: Stay.objects.get(person_id=person.pk, rank=1, ends_on=None))
    assert stay.source == "police"  # the registration with the police stays what it was
    assert stay.address == "新华路8号2单元301室"


@pytest.mark.parametrize(
    ("typed_number", "kept", "warned"),
    [
        ("99030319900520123", "99030319900520123", True),  # a digit is missing
        ("990303199005201231", "990303199005201231", True),  # a wrong check digit
        ("000000", None, True),
        ("111111111111111111", None, True),
        ("无", None, True),
    ],
)
def test_a_wrong_number_is_said_and_keeps_nobody_out(typed_number: str, kept: str | None, *, warned: bool) -> None:
    read = read_member(TypedMember(number=typed_number, name="孙一", phone="10012340000"), 0, clock.today())
    assert (read.faults == [], bool(read.warnings)) == (True, warned)
    assert read.values.get("id_claimed") == kept
    assert "id_number" not in read.values


def test_a_registered_resident_has_nothing_to_register(small_county: SmallCounty) -> None:
    before = as_county(Person.objects.count)
    batch = register({"number": number(division="990101"), "name": "周本地"}, {"number": number(), "name": "周外来"})
    assert as_county(Person.objects.count) == before + 1
    assert len(persons_of(batch)) == 1


def test_of_somebody_elsewhere_only_the_masked_name_and_the_community_are_told(small_county: SmallCounty) -> None:
    person = known_in(WEST)
    with acting(staffed("worker", EAST)) as by:
        known = intake.look_up(values={"id_number": plain_number(person)}, community=EAST, by=by)
    assert (known.standing, known.place) == ("elsewhere", WEST)
    assert known.masked_name == person.name[0] + "*" * (len(person.name) - 1)
    with owner_here() as owner:
        subjects, purpose = owner.execute(
            "SELECT subjects, purpose FROM audit_entry WHERE code = 'people.person.identified' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert (subjects, purpose) == ([person.pk], "identify")


def test_an_undo_leaves_nobody_new_and_restores_whoever_was_known(small_county: SmallCounty) -> None:
    person = known_in(EAST)
    before = as_county(lambda: list(Stay.objects.filter(person_id=person.pk).values_list("address", "starts_on")))
    batch = register({"number": plain_number(person)}, {"number": number(), "name": "吴新来"}, home=typed("别处99号"))
    fresh = persons_of(batch)[1]
    with acting(staffed("worker", EAST)) as by:
        assert not intake.take_back_household(batch_id=batch, by=staffed("clerk"))
        assert intake.take_back_household(batch_id=batch, by=by)
    settle(batch)
    assert as_county(lambda: profiles.find_profile(fresh)) is None
    assert as_county(lambda: Person.objects.get(pk=fresh).retired_at) is not None
    now = as_county(lambda: list(Stay.objects.filter(person_id=person.pk).values_list("address", "starts_on")))
    assert now == before


def test_somebody_written_otherwise_gets_a_person_at_once_and_a_clerk_is_asked(small_county: SmallCounty) -> None:
    person = known_in(EAST)
    phone = as_county(lambda: records.unseal_text(Identity.objects.get(pk=person.pk).phone_sealed))
    said = {"name": person.name, "born_on": "", "sex": person.sex or "", "phone": phone, "hukou": "990303"}
    batch = register({**said, "number": plain_number(person)[:-1]})  # the last digit is missing
    (fresh,) = persons_of(batch)
    assert fresh != person.pk
    assert as_county(lambda: Doubt.objects.filter(person_id__in=[fresh, person.pk], kind="row").count()) == 1


def test_what_is_never_asked_has_no_field() -> None:
    asked = {*TypedHome.__dataclass_fields__, *TypedMember.__dataclass_fields__}
    never = (
        "religion",
        "politic",
        "party",
        "marital",
        "marriage",
        "birth_control",
        "pregnan",
        "device",
        "income",
        "ethnic",
    )
    assert not [field for field in asked if any(word in field for word in never)]


def test_an_entry_at_the_door_is_no_roll_of_the_week(small_county: SmallCounty) -> None:
    batch = register({"number": number(), "name": "郑一页", "phone": "10012345679"})
    assert Batch.objects.get(pk=batch).state == "done"
    with acting(staffed("office")):
        told = [one.text.zh for one in changes(clock.today(), COUNTY) if one.kind.zh == "名册"]
    assert told
    assert all(re.match(r"\S+\.csv [\d,]+ 行", one) for one in told), told  # each bears its file's name
