"""`/systems/`: asked for by one person, approved by another, watched and ended, on pages."""

import re
from typing import Any

import pytest

from tests.databases import owner_here
from tests.posts import signed_in
from tests.systems import Connected, connected
from tongdeng.connect.models import Key, System

FORM = {
    "login": "hrss-cases", "name": "人社业务系统", "contact": "信息科 0000-1", "kind": "hrss",
    "division": "990101000000", "bureau": "HRS", "title_zh": "系统岗位", "title_en": "System", "until": "2027-06-30",
    "networks": "127.0.0.0/8, 10.1.0.0/16", "reason": "接入",
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("database")


def proved(kind: str) -> Any:
    """Return somebody who has just proved who they are."""
    import time

    browser = signed_in(kind)
    session = browser.session
    session["proved_at"] = time.time()
    session.save()
    return browser


def shown_key(page: Any) -> str:
    found = re.search(r'id="given">(td_[\w-]+)<', page.content.decode())
    assert found, page.content.decode()[-2000:]
    return found[1]


def test_a_system_goes_from_asked_for_to_ended_by_two_people(database):
    admin, security = proved("admin"), proved("security")
    made = admin.post("/systems/new/", FORM)
    assert made.status_code == 200
    key = shown_key(made)
    system = System.objects.get(staff__login="hrss-cases")
    mine = Connected(system.pk, key)
    assert mine.get("/services").status_code == 401
    assert key not in admin.get("/systems/").content.decode()
    assert key not in admin.get(f"/systems/{system.pk}/").content.decode()

    waiting = Key.objects.get(system=system).pk
    assert admin.post(f"/systems/keys/{waiting}/", {"decision": "approve"}).status_code == 403
    assert "人社" in security.get("/systems/").content.decode()
    assert (
        security.post(f"/systems/keys/{waiting}/", {"decision": "approve"}).headers["Location"] == "/systems/?approved"
    )
    assert mine.get("/services").status_code == 200
    assert mine.post("/cases", {"person": "P-0000-0000-0", "service": "HRS-05"}).status_code == 403  # no door

    another = admin.post(f"/systems/{system.pk}/key/", {name: FORM[name] for name in ("until", "networks", "reason")})
    second = Connected(system.pk, shown_key(another))
    assert second.get("/services").status_code == 401
    assert admin.post(f"/systems/keys/{waiting}/revoke/").headers["Location"] == "/systems/?revoked"
    assert mine.get("/services").status_code == 401

    assert admin.post(f"/systems/{system.pk}/end/", {"reason": ""}).status_code == 422
    assert admin.post(f"/systems/{system.pk}/end/", {"reason": "不用了"}).headers["Location"] == "/systems/?ended"
    assert security.post(f"/systems/keys/{Key.objects.latest('pk').pk}/", {"decision": "approve"}).status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", "A B"), ("name", ""), ("kind", "office"), ("division", "1"), ("until", "2026-11-23"),
        ("until", "2028-01-01"), ("networks", ""), ("networks", "10.1.2.3/8"), ("reason", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field_and_nothing_is_made(field, value, database):
    before = System.objects.count()
    page = proved("admin").post("/systems/new/", {**FORM, "login": "another", field: value})
    assert page.status_code == 422
    assert f'id="{field}-fault"' in page.content.decode()
    assert System.objects.count() == before


def test_a_refused_system_opens_nothing_and_its_post_is_not_given(database):
    admin, security = proved("admin"), proved("security")
    key = shown_key(admin.post("/systems/new/", {**FORM, "login": "refused-one"}))
    waiting = Key.objects.latest("pk")
    assert (
        security.post(f"/systems/keys/{waiting.pk}/", {"decision": "refuse"}).headers["Location"] == "/systems/?refused"
    )
    assert Connected(waiting.system_id, key).get("/services").status_code == 401
    assert System.objects.get(pk=waiting.system_id).staff.post_id is None


def test_what_was_given_up_is_seen_and_told_again(database):
    system, admin = connected("police"), proved("admin")
    with owner_here() as owner:
        hook = owner.execute(
            "INSERT INTO connect_webhook (system_id, url, kinds, secret_sealed, made_at)"
            " VALUES (%s, 'https://hooks.example.cn/x', '{*}', 'x', now()) RETURNING id", [system.id],
        ).fetchone()[0]  # fmt: skip
        owner.execute(
            "INSERT INTO connect_delivery (webhook_id, message, case_id, seq, act, state_after, service, made_at,"
            " state, tries, fault) VALUES (%s, gen_random_uuid(), 17, 3, 'submit', 'submitted', 'PSB-02', now(),"
            " 'dead', 8, 'answered 410')", [hook],
        )  # fmt: skip
    assert "1 条通知没有送到" in admin.get("/systems/").content.decode()
    page = admin.get(f"/systems/{system.id}/").content.decode()
    assert "对方回答 410" in page
    assert "没有送到，已停" in page
    assert admin.post(f"/systems/{system.id}/resume/").status_code == 302
    assert "没有送到，已停" not in admin.get(f"/systems/{system.id}/").content.decode()


def test_a_towns_office_has_no_business_there(database):
    assert signed_in("office", "990101100000").get("/systems/").status_code == 403
    assert signed_in("office").get("/systems/").status_code == 200
