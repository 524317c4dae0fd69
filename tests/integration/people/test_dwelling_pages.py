"""The pages of rented dwellings: inspections, a declared tenant, the end of a tenancy, and who sees none of it."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.databases import AS_OF, SmallCounty, owner_here
from tests.posts import COUNTY, EAST, WEST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.intake import tasks
from tongdeng.kernel.citizen_id import check_character
from tongdeng.people.exports import Batch, dwellings

Login = Callable[..., Any]


@pytest.fixture(scope="module", autouse=True)
def nothing_left() -> Iterator[None]:
    """Remove at the end what nobody took in: the folder of waiting files belongs to the whole run."""
    yield
    for file in (Path(settings.TONGDENG_FILES) / "uploads").glob("*"):
        file.unlink()


@pytest.fixture(scope="module")
def worker(small_county: SmallCounty) -> Client:
    """The worker of the eastern community."""
    return signed_in("worker", EAST)


def homes() -> list[dwellings.Home]:
    """Return the dwellings of the eastern community."""
    with acting(staffed("housing")):
        return dwellings.listed(dwellings.Wanted(EAST, AS_OF, page=None))


def url(home: dwellings.Home, rest: str = "") -> str:
    """Return an address of one dwelling's page."""
    return f"/dwellings/{home.dwelling_id}/{rest}"


def leases(home: dwellings.Home) -> list[dwellings.Lease]:
    """Return the tenancies of a dwelling, as the housing bureau sees them."""
    with acting(staffed("housing")):
        return dwellings.leases(home.dwelling_id)


def number(first17: str) -> str:
    """Return an id number with its check character."""
    return first17 + check_character(first17)


def declaration(**changes: str) -> dict[str, str]:
    """Return a filled form of a landlord's declaration."""
    given = {"name": "欧阳租客", "id_kind": "居民身份证", "number": number("99018119930304123"),
             "starts_on": "2026-11-20", "ends_on": ""}  # fmt: skip
    return given | changes


def newest_entry() -> Batch:
    """Return the newest entry of a page."""
    return Batch.objects.filter(source="housing", file_name="").latest("id")


def test_the_list_tells_of_dwellings_and_of_no_tenant(worker: Client) -> None:
    page = worker.get("/dwellings/").content.decode()
    first = homes()[0]
    assert first.address in page
    assert f'href="{url(first)}"' in page
    assert "住房租赁条例" in page
    assert 'href="/dwellings/"' in page  # the menu
    with owner_here() as owner:
        code, subjects = owner.execute(
            "SELECT code, subjects FROM audit_entry WHERE code LIKE 'people.dwelling%' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert (code, subjects) == ("people.dwellings.listed", [])


@pytest.mark.parametrize("state", ["late", "soon", "mend", "let", "vacant"])
def test_each_filter_lists_as_many_as_it_says(state: str, worker: Client) -> None:
    page = worker.get(f"/dwellings/?state={state}").content.decode()
    chip = re.search(r'aria-current="true">[^<]*? (\d+)</a>', page)
    assert chip
    assert page.count('class="lead pad-start"') == min(int(chip[1]), dwellings.PAGE)


def test_the_export_holds_the_list_without_tenants(worker: Client) -> None:
    answer = worker.post("/dwellings/export?state=let", {"purpose": "check", "reason": ""})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    let = [one for one in homes() if one.is_let]
    assert [row[0] for row in rows[3:]] == [one.address for one in let]
    names = {lease.tenant[0] for one in let for lease in leases(one)}
    assert names
    assert "承租" not in str(rows[2])


def test_a_page_shows_tenants_masked_and_is_recorded_for_them(worker: Client) -> None:
    home = next(one for one in homes() if one.is_let)
    page = worker.get(url(home)).content.decode()
    (lease, *_) = leases(home)
    assert f"<b>{lease.tenant}</b>" in page
    assert "*" in lease.tenant
    assert not re.search(r"99\d{15}[\dX]", page)
    assert "/people/P-" not in page
    with owner_here() as owner:
        subjects = owner.execute(
            "SELECT subjects FROM audit_entry WHERE code = 'people.dwelling.viewed' ORDER BY id DESC LIMIT 1"
        ).fetchone()[0]
    assert lease.person_id in subjects


def test_an_inspection_is_recorded_shown_and_taken_back(worker: Client) -> None:
    home = homes()[0]
    sent = {"day": "2026-11-22", "result": "repair", "to_mend": "插座老化", "next_due": "2026-12-05"}
    answer = worker.post(url(home, "inspect"), sent)
    assert answer.status_code == 302
    page = worker.get(answer.url).content.decode()
    assert "插座老化" in page
    assert "已记录" in page
    assert "2026-12-05" in page
    undo = re.search(r'action="(/dwellings/\d+/undo/\d+)"', page)
    assert undo
    assert worker.post(undo[1]).url.endswith("undone=1")
    assert "插座老化" not in worker.get(url(home)).content.decode()
    assert worker.post(undo[1]).url.endswith("undone=0")
    assert homes()[0] == home


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"result": ""}, "result"),
        ({"result": "burnt"}, "result"),
        ({"day": "2026-11-24"}, "day"),
        ({"day": "gestern"}, "day"),
        ({"result": "failed", "to_mend": " "}, "to_mend"),
        ({"to_mend": "长" * 201}, "to_mend"),
        ({"next_due": "2026-11-01"}, "next_due"),
        ({"next_due": "soon"}, "next_due"),
    ],
)
def test_a_faulty_inspection_is_said_at_its_field(changes: dict[str, str], field: str, worker: Client) -> None:
    home = homes()[0]
    sent = {"day": "2026-11-22", "result": "passed", "to_mend": "", "next_due": ""} | changes
    answer = worker.post(url(home, "inspect"), sent)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.content.decode()
    assert homes()[0] == home


def test_a_declared_tenant_is_registered_by_the_job_and_can_be_taken_back(worker: Client, job_login: Login) -> None:
    home = homes()[0]
    answer = worker.post(url(home, "declare"), declaration())
    batch = newest_entry()
    assert answer.url == url(home, f"?sent={batch.pk}")
    assert "正在登记" in worker.get(answer.url).content.decode()
    waiting = worker.get(url(home, f"progress/{batch.pk}"))
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    with job_login():
        tasks.take_entry(batch_id=batch.pk)
    assert worker.get(url(home, f"progress/{batch.pk}")).headers["HX-Redirect"] == answer.url
    page = worker.get(answer.url).content.decode()
    assert "已登记承租人" in page
    assert "欧***" in page
    assert "欧阳租客" not in page
    assert len(leases(home)) > 0
    assert worker.post(url(home, f"take-back/{batch.pk}")).url.endswith("undone=1")
    with job_login():
        tasks.take_back_entry(batch_id=batch.pk)
    assert "欧***" not in worker.get(url(home)).content.decode()
    assert "欧***" not in worker.get(answer.url).content.decode()


def test_an_entry_is_no_roll(worker: Client) -> None:
    office = signed_in("office")
    entry = newest_entry()
    assert f'href="/rolls/{entry.pk}/"' not in office.get("/rolls/").content.decode()
    assert office.get(f"/rolls/{entry.pk}/").status_code == 404


def test_a_tenant_known_elsewhere_is_joined_without_being_shown(worker: Client, job_login: Login) -> None:
    from tongdeng.people.exports import records

    home = homes()[0]
    with acting(staffed("housing")):
        found = next(
            lease for one in dwellings.listed(dwellings.Wanted(COUNTY, AS_OF, page=None))
            if one.territory[:9] != EAST[:9] for lease in dwellings.leases(one.dwelling_id)
            if "*" in lease.number
        )  # fmt: skip
    with owner_here() as owner:
        owner.execute("ALTER TABLE people_identity NO FORCE ROW LEVEL SECURITY")
        name, sealed = owner.execute(
            "SELECT name, id_sealed FROM people_identity WHERE person_id = %s", [found.person_id]
        ).fetchone()
        owner.execute("ALTER TABLE people_identity FORCE ROW LEVEL SECURITY")
    worker.post(url(home, "declare"), declaration(name=name, number=records.unseal_text(sealed) or ""))
    batch = newest_entry()
    with job_login():
        tasks.take_entry(batch_id=batch.pk)
    counts = Batch.objects.get(pk=batch.pk).counts
    assert (counts["new_people"], counts["matched"]) == (0, 1)
    page = worker.get(url(home, f"?sent={batch.pk}")).content.decode()
    assert "已登记承租人" in page
    assert name not in page
    worker.post(url(home, f"take-back/{batch.pk}"))
    with job_login():
        tasks.take_back_entry(batch_id=batch.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "=HYPERLINK(1)"}, "name"),
        ({"id_kind": "军官证"}, "id_kind"),
        ({"number": ""}, "number"),
        ({"number": number("99018119930304123")[:17] + "A"}, "number"),
        ({"number": "99018119930304"}, "number"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "2026-11-24"}, "starts_on"),
        ({"ends_on": "2026-11-19"}, "ends_on"),
    ],
)
def test_a_faulty_declaration_is_said_at_its_field(changes: dict[str, str], field: str, worker: Client) -> None:
    before = Batch.objects.count()
    answer = worker.post(url(homes()[0], "declare"), declaration(**changes))
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.content.decode()
    assert Batch.objects.count() == before


def test_a_number_that_seems_wrong_is_kept_when_the_document_says_so(worker: Client, job_login: Login) -> None:
    home, wrong = homes()[0], "990181199303041230"
    page = worker.post(url(home, "declare"), declaration(number=wrong)).content.decode()
    assert "最后一位应是" in page
    assert 'name="keep_number"' in page
    answer = worker.post(url(home, "declare"), declaration(number=wrong, keep_number="on"))
    assert answer.status_code == 302
    entry = newest_entry()
    assert worker.post(url(home, f"take-back/{entry.pk}")).url.endswith("undone=1")
    assert Batch.objects.get(pk=entry.pk).state == "cancelled"
    assert "已撤回" in worker.get(answer.url).content.decode()
    with job_login():
        tasks.take_entry(batch_id=entry.pk)  # the job comes after, and finds nothing to do
    assert Batch.objects.get(pk=entry.pk).state == "cancelled"


def test_the_end_of_a_tenancy_is_shown_at_once_and_resolved_by_the_job(worker: Client, job_login: Login) -> None:
    with acting(staffed("worker", EAST)):
        home = next(
            one for one in dwellings.listed(dwellings.Wanted(EAST, AS_OF, page=None))
            if any(lease.ends_on is None for lease in dwellings.leases(one.dwelling_id))
        )  # fmt: skip
    before = leases(home)
    lease = next(one for one in before if one.ends_on is None)
    sent = {"record": str(lease.record_id), "ended_on": lease.starts_on.isoformat()}
    assert worker.post(url(home, "end"), sent).status_code == 422
    answer = worker.post(url(home, "end"), sent | {"ended_on": "2026-11-23"})
    assert answer.status_code == 302
    at_once = {one.person_id: one.ends_on for one in leases(home)}
    with job_login():
        tasks.settle_entry(batch_id=newest_entry().pk)
    assert {one.person_id: one.ends_on for one in leases(home)} == at_once
    assert at_once[lease.person_id] == AS_OF
    assert not any(one.record_id == lease.record_id for one in leases(home))
    undo = re.search(r'action="(/dwellings/\d+/undo/\d+)"', worker.get(answer.url).content.decode())
    assert undo
    batch = newest_entry().pk
    worker.post(undo[1])
    with job_login():
        tasks.settle_entry(batch_id=batch)
    assert leases(home) == before


@pytest.mark.parametrize("kind", ["police", "hrss", "education", "health", "auditor", "admin"])
def test_other_posts_have_nothing_to_do_here(kind: str, small_county: SmallCounty) -> None:
    client, home = signed_in(kind), homes()[0]
    assert [client.get(one).status_code for one in ("/dwellings/", "/dwellings/export", url(home))] == [403] * 3
    assert 'href="/dwellings/' not in client.get("/law/").content.decode()


def test_the_office_reads_and_enters_nothing(small_county: SmallCounty) -> None:
    office, home = signed_in("office"), homes()[0]
    page = office.get(url(home)).content.decode()
    assert "记录检查" not in page
    assert office.post(url(home, "inspect"), {}).status_code == 403
    assert office.post(url(home, "declare"), declaration()).status_code == 403


def test_a_worker_of_another_community_finds_no_such_page(small_county: SmallCounty) -> None:
    stranger, home = signed_in("worker", WEST), homes()[0]
    assert stranger.get(url(home)).status_code == 404
    assert [stranger.post(url(home, part), {}).status_code for part in ("inspect", "declare", "end")] == [404] * 3
    assert stranger.post(url(home, f"take-back/{newest_entry().pk}")).url.endswith("undone=0")
    assert stranger.get(url(home, f"progress/{newest_entry().pk}")).status_code == 404
