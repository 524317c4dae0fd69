"""The page of an installation in which nobody can sign in yet: it checks, writes nothing, and goes."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.databases import open_empty, owner_here
from tests.posts import staffed
from tests.workbooks import DIVISIONS, STAFF, workbook


@pytest.fixture(autouse=True)
def fresh(database: str) -> None:
    """Give each test an installation in which nobody can sign in."""
    open_empty()


def check(content: bytes, name: str = "临山县.xlsx") -> tuple[int, str]:
    """Send a workbook to be checked; return status and page."""
    answer = Client().post("/first-run/", {"file": SimpleUploadedFile(name, content)})
    return answer.status_code, answer.content.decode()


def count(table: str) -> int:
    """Return how many rows a table has."""
    with owner_here() as owner:
        return int(owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/people/"])
def test_every_way_in_leads_to_the_first_page(address: str) -> None:
    answer = Client().get(address, follow=True)
    assert answer.redirect_chain[-1][0] == "/first-run/"
    assert "县" in answer.content.decode()


def test_it_speaks_english_to_who_reads_english() -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    page = client.get("/first-run/").content.decode()
    assert "Download the empty workbook" in page
    assert "./run county init county.xlsx --passwords passwords.txt" in page


def test_a_good_workbook_is_praised_and_nothing_written() -> None:
    before = count("org_division"), count("audit_entry")
    status, page = check(workbook())
    assert status == 200
    assert "将登记 5 个区划、3 名工作人员" in page
    assert "./run county init 临山县.xlsx" in page.replace("&#x27;", "").replace("'", "")
    assert (count("org_division"), count("audit_entry"), count("org_staff")) == (*before, 0)


def test_faults_stand_by_row_and_column() -> None:
    status, page = check(workbook([*DIVISIONS, ("99", "坏行")], staff=[*STAFF, ("x", "", "", "", "", "")]))
    assert status == 422
    assert '<td>区划</td><td class="n">7</td><td>区划代码</td>' in page
    assert len(re.findall(r"<td>岗位与人员</td><td class=\"n\">5</td>", page)) >= 4


def test_a_name_that_is_a_command_stays_a_name() -> None:
    _, page = check(workbook(), "a; rm -rf $HOME.xlsx")
    assert "&#x27;a; rm -rf $HOME.xlsx&#x27;" in page


def test_what_is_no_workbook_is_said_at_its_field() -> None:
    for content in (b"%PDF", b"PK\x03\x04 torn", b"x" * (5 << 20)):
        status, page = check(content)
        assert status == 422
        assert 'id="file-fault"' in page
    assert Client().post("/first-run/").status_code == 422


def test_once_somebody_can_sign_in_it_is_gone() -> None:
    assert Client().get("/first-run/county.xlsx").status_code == 200
    staffed("office")
    client = Client()
    assert [client.get(url).status_code for url in ("/first-run/", "/first-run/county.xlsx")] == [404, 404]
    assert client.post("/first-run/").status_code == 404
    assert client.get("/sign-in/").status_code == 200
