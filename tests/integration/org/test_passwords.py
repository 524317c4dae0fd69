"""A password that was given out is changed before anything else; a changed one ends every other session."""

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
GIVEN, OWN = "handed-out-on-paper", "湖边 三只 蓝色 的自行车"


def hired(login: str, has_factor: bool = False) -> None:
    """Add somebody with a password that was given out."""
    staff = actions.add_staff(
        login=login, name="周敏", kind=PostKind.OFFICE, division=COUNTY, titles=("岗位", "Post"), bureau=None,
        password=GIVEN, is_first=True, by=command("setup"),
    )  # fmt: skip
    if has_factor:
        factors.enrolled(staff)


def arrived(login: str, password: str = GIVEN, lang: str = "zh-hans") -> Client:
    """Sign somebody in."""
    client = Client()
    client.cookies["django_language"] = lang
    client.post("/sign-in/", {"username": login, "password": password})
    return client


def change(client: Client, old: str, new: str, again: str | None = None) -> tuple[int, str]:
    """Send the form and return status and page."""
    answer = client.post("/account/password/", {"old": old, "new": new, "again": new if again is None else again})
    return answer.status_code, answer.content.decode()


def audited(login: str, code: str) -> int:
    """Return how often something about this person's password was recorded."""
    pk = Staff.objects.get(login=login).pk
    with owner_here() as owner:
        found = owner.execute(
            "SELECT count(*) FROM audit_entry WHERE code = %s AND (detail->>'staff')::bigint = %s", (code, pk)
        ).fetchone()
    return int(found[0])


@pytest.mark.parametrize("address", ["/", "/people/", "/rolls/new/"])
def test_a_password_given_out_opens_nothing_but_its_own_change(address: str) -> None:
    hired("first", has_factor=True)
    client = factors.second_step(arrived("first"))
    answer = client.get(address)
    assert (answer.status_code, answer.url) == (302, "/account/password/")
    assert "别人发给你" in client.get("/account/password/").content.decode()
    assert change(client, GIVEN, OWN)[0] == 302
    assert client.get(address).status_code == 200  # the negative: with an own password the same page opens


def test_signing_out_needs_no_own_password() -> None:
    hired("leaver")
    assert arrived("leaver").post("/sign-out/").url == "/sign-in/"


def test_the_new_password_holds_and_other_sessions_end() -> None:
    hired("two-screens", has_factor=True)
    here, there = (factors.second_step(arrived("two-screens")) for _ in range(2))
    assert change(here, GIVEN, OWN)[0] == 302
    assert here.get("/").status_code == 200
    assert there.get("/").url.startswith("/sign-in/")
    assert arrived("two-screens").get("/").url.startswith("/sign-in/")
    assert factors.second_step(arrived("two-screens", OWN)).get("/").status_code == 200
    assert audited("two-screens", "org.staff.password_changed") == 1


@pytest.mark.parametrize(
    ("lang", "old", "new", "again", "said"),
    [
        ("zh-hans", "a wrong old one", OWN, None, "这不是现在的密码"),
        ("en", "a wrong old one", OWN, None, "not your present password"),
        ("zh-hans", GIVEN, GIVEN, None, "和现在的一样"),
        ("en", GIVEN, GIVEN, None, "is the present one"),
        ("zh-hans", GIVEN, OWN, OWN + "x", "两次输入的不一样"),
        ("en", GIVEN, OWN, OWN + "x", "two entries differ"),
        ("zh-hans", GIVEN, "short-one", None, "至少 12 个字符"),
        ("en", GIVEN, "short-one", None, "at least 12 characters"),
        ("zh-hans", GIVEN, "1234567890123", None, "太"),
        ("zh-hans", GIVEN, "refused-clerk", None, "太像"),
        ("en", GIVEN, "", None, "at least 12 characters"),
    ],
)
def test_a_password_that_will_not_do_is_told_at_its_field(
    lang: str, old: str, new: str, again: str | None, said: str
) -> None:
    hired("refused-clerk")
    client = arrived("refused-clerk", lang=lang)
    status, page = change(client, old, new, again)
    assert status == 422
    assert said in page
    assert OWN not in page
    assert Staff.objects.get(login="refused-clerk").check_password(GIVEN)
    assert client.get("/").url == "/account/password/"


def test_a_wrong_present_password_is_recorded_without_what_was_typed() -> None:
    hired("guessed")
    change(arrived("guessed"), "a wrong old one", OWN)
    assert audited("guessed", "org.staff.password_refused") == 1
    with owner_here() as owner:
        assert not owner.execute("SELECT 1 FROM audit_entry WHERE detail::text LIKE '%wrong old%'").fetchone()


def test_a_reset_gives_out_a_first_password_again() -> None:
    hired("forgetful")
    change(arrived("forgetful"), GIVEN, OWN)
    assert actions.reset_staff(login="forgetful", password=GIVEN, by=command("admin"))
    assert arrived("forgetful").get("/").url == "/account/password/"


def test_in_a_demonstration_nothing_is_changed() -> None:
    hired("visitor")
    client = arrived("visitor")
    with owner_here() as owner:
        owner.execute("UPDATE access_installation SET is_demo = true")
    try:
        assert "大家共用" in client.get("/account/password/").content.decode()
        assert change(client, GIVEN, OWN)[0] == 409
    finally:
        with owner_here() as owner:
            owner.execute("UPDATE access_installation SET is_demo = false")
    assert Staff.objects.get(login="visitor").check_password(GIVEN)


def test_nobody_changes_a_password_without_signing_in() -> None:
    assert Client().get("/account/password/").url.startswith("/sign-in/")
