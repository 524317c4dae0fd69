"""Signing in with two factors, being locked out, sessions that end, and proving oneself again."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import factors
from tests.databases import owner_here
from tests.posts import COUNTY
from tongdeng.audit.types import command
from tongdeng.org import actions
from tongdeng.org.models import Staff
from tongdeng.org.types import PostKind

pytestmark = pytest.mark.usefixtures("database")
PASSWORD = "a river of paper boats"
LOCKED = "试的次数太多"


def hired(login: str, *, has_factor: bool = True, kind: PostKind = PostKind.OFFICE) -> Staff:
    """Add somebody with an own password."""
    staff = actions.add_staff(
        login=login, name="周敏", kind=kind, division=COUNTY, titles=("岗位", "Post"), bureau=None,
        password=PASSWORD, by=command("setup"),
    )  # fmt: skip
    return factors.enrolled(staff) if has_factor else staff


def typed(login: str, password: str = PASSWORD, client: Client | None = None, address: str = "10.0.0.1") -> Any:
    """Type a name and a password; return the answer, whose client has the session."""
    client = client or Client()
    answer = client.post("/sign-in/", {"username": login, "password": password}, REMOTE_ADDR=address)
    answer.client = client
    return answer


def signed_in(login: str) -> Client:
    """Sign somebody in with both factors."""
    client: Client = typed(login).client
    factors.second_step(client)
    assert client.get("/account/").status_code == 200
    return client


def ask(query: str, *values: Any) -> Any:
    """Ask, or change, as the owner."""
    with owner_here() as owner:
        found = owner.execute(query, values)
        return found.fetchall() if found.description else None


def audited(code: str, staff: Staff | None = None) -> int:
    return int(
        ask(
            "SELECT count(*) FROM audit_entry WHERE code = %s AND (%s::bigint IS NULL OR staff_id = %s)",
            code, staff.pk if staff else None, staff.pk if staff else None,
        )[0][0]
    )  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_is_locked_out() -> None:
    ask("DELETE FROM org_attempt")


# ---- the second factor ----


@pytest.mark.parametrize("address", ["/", "/people/", "/owed/export", "/rights/", "/account/"])
def test_without_a_second_factor_nothing_but_setting_one_up_is_open(address: str) -> None:
    hired("bare", has_factor=False)
    client = typed("bare").client
    assert client.get(address).url == "/account/second-factor/"
    assert client.get("/account/second-factor/").status_code == 200


def test_a_demonstration_goes_without() -> None:
    # Guards the test above: it is the missing factor that closes the pages.
    hired("visitor", has_factor=False)
    ask("UPDATE access_installation SET is_demo = true")
    try:
        client = typed("visitor").client
        assert client.get("/").status_code == 200
        assert client.get("/account/second-factor/app/").status_code == 404
    finally:
        ask("UPDATE access_installation SET is_demo = false")


def test_the_password_alone_opens_nothing() -> None:
    hired("half")
    answer = typed("half")
    assert answer.url == "/sign-in/second/"
    assert answer.client.get("/people/").url.startswith("/sign-in/")
    factors.second_step(answer.client)
    assert answer.client.get("/people/").status_code == 200


def test_an_app_is_set_up_by_its_key_and_the_secret_lies_sealed() -> None:
    staff = hired("new-app", has_factor=False)
    client = typed("new-app").client
    page = client.get("/account/second-factor/app/")
    key = page.context["form"].secret
    assert "style=" not in page.content.decode()
    assert page.context["key"].replace(" ", "") == key
    assert client.post("/account/second-factor/app/", {"code": "000000"}).context["faults"]
    assert client.get("/").url == "/account/second-factor/"
    page = client.get("/account/second-factor/app/")
    key = page.context["form"].secret
    answer = client.post("/account/second-factor/app/", {"code": factors.code(key)})
    assert answer.url == "/account/recovery-codes/"
    ((data,),) = ask("SELECT data::text FROM mfa_authenticator WHERE user_id = %s AND type = 'totp'", staff.pk)
    assert key not in data
    assert client.get("/").status_code == 200
    assert audited("org.staff.factor_set_up", staff) == 1


def test_recovery_codes_are_shown_once_and_each_opens_once() -> None:
    hired("careful")
    client = signed_in("careful")
    assert client.post("/account/recovery-codes/new/").url == "/account/recovery-codes/"
    codes = client.get("/account/recovery-codes/").context["codes"]
    assert len(codes) == 10
    assert client.get("/account/recovery-codes/").context["codes"] == []
    for opens in (True, False):
        there = typed("careful").client
        answer = there.post("/sign-in/second/", {"code": codes[0]})
        assert (answer.status_code == 302) is opens


def test_a_code_opens_once_whichever_process_is_asked() -> None:
    from django.core.cache import cache

    hired("overheard")
    factors.forget_spent_codes()
    code = factors.code()
    assert typed("overheard").client.post("/sign-in/second/", {"code": code}).status_code == 302
    cache.clear()  # another process has no memory of it, but the same database
    assert typed("overheard").client.post("/sign-in/second/", {"code": code}).status_code == 200
    ask("DELETE FROM org_spent_code")
    cache.clear()
    # Guards the line above: without the note in the database it opens again.
    assert typed("overheard").client.post("/sign-in/second/", {"code": code}).status_code == 302


def test_the_last_factor_stays() -> None:
    staff = hired("keeper")
    client = signed_in("keeper")
    ((factor,),) = ask("SELECT id FROM mfa_authenticator WHERE user_id = %s", staff.pk)
    assert client.post(f"/account/second-factor/{factor}/remove/").url == "/account/?last"


def test_nobody_removes_the_factor_of_another() -> None:
    victim = hired("victim")
    hired("thief")
    ((factor,),) = ask("SELECT id FROM mfa_authenticator WHERE user_id = %s", victim.pk)
    assert signed_in("thief").post(f"/account/second-factor/{factor}/remove/").status_code == 404


# ---- too many tries ----


def test_five_wrong_passwords_lock_the_name_for_a_while_and_say_so_in_the_record() -> None:
    hired("guessed")
    before = audited("org.staff.locked_out")
    pages = [typed("guessed", "wrong", address=f"10.1.0.{n}").content.decode() for n in range(5)]
    assert not any(LOCKED in page for page in pages)
    assert LOCKED in typed("guessed", address="10.1.0.9").content.decode()  # even the right one, from elsewhere
    assert audited("org.staff.locked_out") == before + 1
    ask("UPDATE org_attempt SET at = at - interval '16 minutes'")
    assert typed("guessed").status_code == 302


def test_a_name_nobody_has_is_answered_alike() -> None:
    hired("exists")
    for login in ("exists", "exists-not"):
        told = [typed(login, "wrong", address=f"10.2.0.{n}") for n in range(6)]
        assert [LOCKED in one.content.decode() for one in told] == [False] * 5 + [True]
        assert {one.status_code for one in told} == {200}
        assert all("用户名或密码不对" in one.content.decode() for one in told[:5])


def test_one_address_that_tries_many_names_is_locked() -> None:
    told = [typed(f"name-{n}", "wrong", address="10.3.0.1").content.decode() for n in range(61)]
    assert LOCKED not in told[59]
    assert LOCKED in told[60]
    assert LOCKED not in typed("another", "wrong", address="10.3.0.2").content.decode()


def test_guesses_of_the_code_are_counted_and_a_right_password_between_them_forgives_nothing() -> None:
    hired("coded")
    for _ in range(5):
        client = typed("coded").client
        assert client.post("/sign-in/second/", {"code": "123456"}).status_code == 200
    assert LOCKED in typed("coded").content.decode()


def test_names_are_kept_as_an_index_and_passwords_not_at_all() -> None:
    typed("somebody-secret", "my-own-password-typed-here")
    rows = str(ask("SELECT a.*::text FROM org_attempt a") + ask("SELECT e.*::text FROM audit_entry e"))
    assert "somebody-secret" not in rows
    assert "my-own-password" not in rows


# ---- sessions ----


def ended(login: str) -> list[str]:
    return [row[0] for row in ask(
        "SELECT ending FROM org_sitting s JOIN org_staff p ON p.id = staff_id WHERE login = %s ORDER BY s.id", login
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "minutes", "ending"), [("seen_at", 31, "idle"), ("started_at", 8 * 60 + 1, "too_long")]
)
def test_a_session_ends_by_time(column: str, minutes: int, ending: str) -> None:
    login = f"tired-{ending.replace('_', '-')}"
    hired(login)
    client = signed_in(login)
    ask(f"UPDATE org_sitting SET {column} = {column} - %s WHERE ended_at IS NULL", timedelta(minutes=minutes - 2))
    assert client.get("/").status_code == 200  # guards the next: two minutes less and it goes on
    ask(f"UPDATE org_sitting SET {column} = {column} - %s WHERE ended_at IS NULL", timedelta(minutes=minutes))
    assert client.get("/").url.startswith("/sign-in/")
    assert ended(login) == [ending]


def test_the_fourth_session_ends_the_first() -> None:
    hired("many")
    clients = [signed_in("many") for _ in range(4)]
    assert [one.get("/").status_code for one in clients] == [302, 200, 200, 200]
    assert ended("many") == ["too_many", "", "", ""]


def test_one_ends_the_own_sessions_elsewhere_and_nobody_elses() -> None:
    hired("here")
    hired("other")
    here, there, other = signed_in("here"), signed_in("here"), signed_in("other")
    numbers = dict(ask("SELECT login, max(s.id) FROM org_sitting s JOIN org_staff p ON p.id = staff_id GROUP BY 1"))
    here.post(f"/account/sessions/{numbers['other']}/end/")
    assert other.get("/").status_code == 200
    here.post(f"/account/sessions/{numbers['here']}/end/")
    assert there.get("/").url.startswith("/sign-in/")
    assert here.get("/").status_code == 200


def test_an_ended_session_cannot_be_opened_again_by_its_row() -> None:
    hired("zombie")
    client = signed_in("zombie")
    client.post("/sign-out/")
    from django.db import ProgrammingError, connection, transaction

    with (
        pytest.raises(ProgrammingError, match=r"org\.sitting\.ended"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE org_sitting SET ended_at = NULL WHERE ended_at IS NOT NULL")


@pytest.mark.parametrize("change", ["post_id = NULL", "is_active = false"])
def test_no_session_survives_a_change_of_the_right(change: str) -> None:
    login = f"moved-{change[:4].strip('_')}"
    staff = hired(login)
    client = signed_in(login)
    assert client.get("/").status_code == 200
    ask(f"UPDATE org_staff SET {change} WHERE id = %s", staff.pk)
    assert client.get("/").url.startswith("/sign-in/")


def test_the_account_page_tells_when_from_where_and_how() -> None:
    hired("historian")
    typed("historian", "wrong")
    page = signed_in("historian").get("/account/").content.decode()
    assert "密码、验证码" in page
    assert "127.0.0.1" in page
    assert "有 1 次用你的名字登录没有成功" in page


# ---- proving oneself again ----


def grown_old(client: Client) -> Client:
    """Let ten minutes pass since the last proof."""
    session = client.session
    session["proved_at"] = time.time() - 601
    session.save()
    return client


def test_an_export_asks_again_after_ten_minutes_and_then_goes_on() -> None:
    hired("exporter")
    client = signed_in("exporter")
    assert client.get("/owed/export").status_code == 200
    grown_old(client)
    assert client.get("/owed/export?order=date").url == "/account/prove/?next=%2Fowed%2Fexport%3Forder%3Ddate"
    assert client.post("/owed/export", {"purpose": "check"}).url.startswith("/account/prove/")
    assert client.post("/account/prove/", {"password": "wrong", "next": "/owed/export"}).status_code == 422
    assert client.get("/owed/export").status_code == 302
    assert client.post("/account/prove/", {"password": PASSWORD, "next": "/owed/export"}).url == "/owed/export"
    assert client.get("/owed/export").status_code == 200


def test_a_code_proves_it_too_and_leads_nowhere_else() -> None:
    hired("coder")
    client = grown_old(signed_in("coder"))
    factors.forget_spent_codes()
    answer = client.post("/account/prove/", {"code": factors.code(), "next": "https://elsewhere.example/"})
    assert answer.url == "/"
    assert client.get("/owed/export").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/dwellings/export", "/law/export/", "/quality/police/corrections/", "/rolls/1/rejects.csv", "/rights/1/"],
)
def test_every_export_and_every_change_of_a_right_asks(address: str) -> None:
    kind = PostKind.SECURITY if address.startswith("/rights/") else PostKind.OFFICE
    login = f"asker-{kind}"
    hired(login, kind=kind)
    client = grown_old(signed_in(login))
    assert client.get(address).url.startswith("/account/prove/")


def test_a_reset_takes_the_password_the_factor_and_the_sessions() -> None:
    hired("lost")
    client = signed_in("lost")
    assert actions.reset_staff(login="lost", password=PASSWORD + "2", by=command("admin"))
    assert client.get("/").url.startswith("/sign-in/")
    assert typed("lost", PASSWORD + "2").client.get("/").url == "/account/password/"
    assert ask("SELECT count(*) FROM mfa_authenticator a JOIN org_staff s ON s.id = user_id WHERE login = 'lost'") == [
        (0,)
    ]
