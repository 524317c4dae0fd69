"""Appointing somebody, agreeing to it, and taking it back from either side."""

import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection, transaction

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel import clock
from tongdeng.kernel.crypto import sm3
from tongdeng.kernel.errors import Text
from tongdeng.people.exports import records
from tongdeng.privacy import rights
from tongdeng.privacy.errors import ProxyRefused
from tongdeng.privacy.models import Proxy
from tongdeng.privacy.types import Own

ALPHABET, LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ", 12  # 58 bits, and good for days alone
WRONG = Text("委托码不对，或者已经过期、用过了", "that code is not right, or it is old or was used")


def _hash(code: str) -> str:
    return sm3(f"proxy|{''.join(filter(str.isalnum, code.upper()))}".encode()).hex()


@transaction.atomic
def appoint(*, about: Own, granter: int, services: Iterable[str], until: date | None, is_staff: bool, by: Actor) -> str:
    """Entrust services to somebody until a day and return the code by which they agree; empty for staff.

    Whom it is for is not asked here: whoever is given the code agrees to it, signed in as themselves.
    """
    wanted, law = sorted(set(services)), rights.law()["proxy"]
    if not wanted or any(
        catalogue.is_sealed(one) or access.service_domain(one) not in access.domains_of("self") for one in wanted
    ):
        raise ProxyRefused("services", Text("请选要委托的事项", "choose what they may do for you"))
    today, longest = clock.today(), int(law["longest_days"])
    if until is None or not today <= until <= today + timedelta(days=longest):
        raise ProxyRefused(
            "until",
            Text(f"请写委托到哪天，最多 {longest} 天", f"say until when, {longest} days at most"),
        )  # fmt: skip
    letters = "" if is_staff else "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    made = Proxy.objects.create(
        person_id=about.person_id, territory=about.territory, granter_id=granter, services=wanted, until_on=until,
        is_staff=is_staff, made_at=clock.now(), code_hash=_hash(letters) if letters else "",
        code_until=clock.now() + timedelta(days=law["code_days"]) if letters else None,
    )  # fmt: skip
    audit.record(
        "privacy.proxy.appointed", by=by, subjects=[about.person_id],
        detail={"proxy": made.pk, "services": ",".join(wanted), "staff": int(is_staff)},
    )  # fmt: skip
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


@transaction.atomic
def take_up(*, code: str, name: str, by: Actor) -> int:
    """Agree to act for whoever gave out a code, and return who that is. Raises ProxyRefused."""
    person = _call("SELECT privacy_take_up(%s, %s)", [_hash(code) if code.strip() else "", records.seal_text(name)])
    if person is None:
        raise ProxyRefused("code", WRONG)
    audit.record("privacy.proxy.taken_up", by=by, subjects=[person])
    return person


@transaction.atomic
def lay_down(*, proxy_id: int, by: Actor) -> None:
    """No longer act for somebody. Raises ProxyRefused where nothing was entrusted."""
    person = _call("SELECT privacy_lay_down(%s)", [proxy_id])
    if person is None:
        raise ProxyRefused("unknown", Text("没有这个委托", "nothing of the kind was entrusted"))
    audit.record("privacy.proxy.laid_down", by=by, subjects=[person], detail={"proxy": proxy_id})


@transaction.atomic
def take_back(*, proxy_id: int, by: Actor) -> None:
    """Take back what was entrusted, at once; again changes nothing. Raises ProxyRefused for what is not one's own."""
    found = Proxy.objects.filter(pk=proxy_id).first()
    if found is None:
        raise ProxyRefused("unknown", Text("没有这个委托", "nothing of the kind was entrusted"))
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        found.save(update_fields=["revoked_at"])
        audit.record("privacy.proxy.taken_back", by=by, subjects=[found.person_id], detail={"proxy": proxy_id})


def _call(query: str, values: list[object]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else None
