"""Writes of the map, the bureaus, the posts and the staff. They run as the owner: no working login may change them."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.org.models import Bureau, BureauName, Division, Post, Staff, Unit
from tongdeng.org.types import Place, PostKind, territory_of

OWNER = "owner"


@transaction.atomic(using=OWNER)
def register_divisions(*, places: Iterable[Place], since: date, by: Actor) -> int:
    """Add divisions that are not known yet, parents before children. Returns how many were added."""
    known = set(Division.objects.using(OWNER).values_list("code", flat=True))
    fresh = [
        Division(
            code=place.code, name_zh=place.name_zh, name_en=place.name_en, level=place.level.value,
            parent_id=place.parent, valid_from=since,
        )
        for place in places
        if place.code not in known
    ]  # fmt: skip
    Division.objects.using(OWNER).bulk_create(fresh)
    audit.record("org.divisions.registered", by=by, detail={"divisions": len(fresh)})
    return len(fresh)


@transaction.atomic(using=OWNER)
def register_bureaus(*, names: Iterable[BureauName], by: Actor) -> None:
    """Replace the bureaus' names, old and new, by those given."""
    names = list(names)
    Bureau.objects.using(OWNER).bulk_create(
        [Bureau(code=c) for c in {n.bureau_id for n in names}], ignore_conflicts=True
    )
    BureauName.objects.using(OWNER).all().delete()
    BureauName.objects.using(OWNER).bulk_create(names)
    audit.record("org.bureaus.registered", by=by, detail={"names": len(names)})


@transaction.atomic(using=OWNER)
def add_staff(
    *, login: str, name: str, kind: PostKind, division: str, titles: tuple[str, str], bureau: str | None,
    password: str, by: Actor,
) -> Staff:  # fmt: skip
    """Add a member of staff with a post at a place; the same login again changes the post and the password."""
    if bureau:
        Bureau.objects.using(OWNER).get_or_create(code=bureau)
    unit, _ = Unit.objects.using(OWNER).get_or_create(
        bureau_id=bureau, division_id=division, defaults={"name_zh": titles[0], "name_en": titles[1]}
    )
    lo, hi = territory_of(division)
    post = Post.objects.using(OWNER).create(
        unit=unit, kind=kind.value, title_zh=titles[0], title_en=titles[1], lo=lo, hi=hi
    )
    staff, _ = Staff.objects.using(OWNER).get_or_create(login=login, defaults={"name": name, "post": post})
    staff.name, staff.post = name, post
    staff.set_password(password)
    staff.save(using=OWNER)
    audit.record("org.staff.added", by=by, detail={"staff": staff.pk, "post": post.pk, "kind": kind.value})
    return staff


@transaction.atomic(using=OWNER)
def reset_password(*, login: str, password: str, by: Actor) -> bool:
    """Give a member of staff a new password. Returns False where nobody has this sign-in name."""
    staff = Staff.objects.using(OWNER).filter(login=login).first()
    if staff is not None:
        staff.set_password(password)
        staff.save(using=OWNER, update_fields=["password"])
    audit.record("org.staff.password_reset", by=by, detail={"staff": staff.pk if staff else None})
    return staff is not None
