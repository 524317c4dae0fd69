"""Links by which others send rolls: who makes them, what a sender may learn (nothing), and what attackers try."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.databases import AS_OF, SmallCounty, owner_here
from tests.integration.intake.submitting import (
    A_TENANT,
    CHANGING,
    EMPLOYER,
    PREMISES,
    TENANTS,
    WORKERS,
    make,
    newest,
    number,
    receipt,
    send,
    sheet,
    take_in,
)
from tests.posts import COUNTY, EAST, WEST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.intake import tasks
from tongdeng.intake.exports import links
from tongdeng.people.exports import Batch, dwellings

Login = Callable[..., Any]


@pytest.fixture(scope="module", autouse=True)
def nothing_left() -> Iterator[None]:
    """Remove at the end what nobody took in: the folder of waiting files belongs to the whole run."""
    yield
    for file in (Path(settings.TONGDENG_FILES) / "uploads").glob("*"):
        file.unlink()


def test_a_list_of_tenants_is_received_taken_in_and_answered_by_a_receipt(
    small_county: SmallCounty, job_login: Login
) -> None:
    path = make()
    page = Client().get(path).content.decode()
    for words in ("和平物业", PREMISES, "个人信息保护法", "治安管理处罚法", "存多久", "示例县"):
        assert words in page
    page = receipt(path, sheet(A_TENANT, ("和平路66号院 一单元102", "东郭新", "", "2026-11-01", "")))
    assert "收到 2 行" in page
    assert "required.missing" in page
    assert "端木" not in page + str(newest().file_name)
    counts = take_in(job_login)
    assert (counts["rows"], counts["accepted"], counts["new_people"]) == (1, 1, 1)
    with acting(staffed("housing")):
        assert "和平路66号院1单元101" in {
            one.address for one in dwellings.listed(dwellings.Wanted(EAST, AS_OF, page=None))
        }
    rolls = signed_in("office").get("/rolls/").content.decode()
    assert "提交链接" in rolls
    listed = signed_in("housing").get("/links/").content.decode()
    assert "2 行，1 行未收，已导入" in listed


def test_a_list_of_workers_fills_in_the_employer(small_county: SmallCounty, job_login: Login) -> None:
    path = make("workers", "hrss")
    rows = [
        ("端木工", number("99018119950304157"), "2026-11-02", ""),
        ("无号工", "", "2026-11-02", ""),
    ]
    page = receipt(path, sheet(*rows, head=WORKERS))
    assert re.search(r'<td class="n">2</td><td>[^<]+</td><td class="note">required.missing', page)
    assert take_in(job_login)["accepted"] == 1
    with owner_here() as owner:
        owner.execute("ALTER TABLE people_job NO FORCE ROW LEVEL SECURITY")
        jobs = owner.execute("SELECT employer, form FROM people_job WHERE employer = %s", [EMPLOYER]).fetchall()
        owner.execute("ALTER TABLE people_job FORCE ROW LEVEL SECURITY")
    assert jobs == [(EMPLOYER, "employee")]


def test_rows_outside_the_premises_are_rejected_as_rows(small_county: SmallCounty) -> None:
    rows = [
        A_TENANT,
        ("和平路666号1单元101", *A_TENANT[1:]),
        ("别处路1号", *A_TENANT[1:]),
        ("和平路 六十六号院２单元201", *A_TENANT[1:]),
    ]
    page = receipt(make(), sheet(*rows))
    faults = re.findall(r'<td class="n">(\d+)</td><td>[^<]+</td><td class="note">([^<]+)</td>', page)
    assert faults == [("2", "premises.outside"), ("3", "premises.outside")]
    elsewhere = sheet((*A_TENANT, WEST), (*A_TENANT, EAST), (*A_TENANT, "990199999999"), head=(*TENANTS, "社区代码"))
    assert page.count("别处路") == 0
    faults = re.findall(r'<td class="n">(\d+)</td><td>[^<]+</td><td class="note">([^<]+)<', receipt(make(), elsewhere))
    assert faults == [("1", "premises.outside"), ("3", "premises.outside")]


def test_workers_of_another_employer_are_rejected_as_rows(small_county: SmallCounty) -> None:
    row = ("端木工", number("99018119950304157"), "2026-11-02", "")
    rows = [(*row, "示例县大发电子有限公司 "), (*row, "别家公司"), (*row, "")]
    page = receipt(make("workers", "hrss"), sheet(*rows, head=(*WORKERS, "单位名称")))
    assert re.findall(r'<td class="n">(\d+)</td><td>[^<]+</td><td class="note">([^<]+)<', page) == [
        ("2", "employer.other")
    ]


def test_nothing_but_what_was_asked_for_is_kept(small_county: SmallCounty, job_login: Login) -> None:
    path = make()
    row = (A_TENANT[0], "端木少", number("99018119970304123"), "2026-11-04", "", "佛教", "10012345678")
    page = receipt(path, sheet(row, head=(*TENANTS, "宗教", "承租人电话")))
    assert "每一行都能读" in page
    counts = take_in(job_login)
    assert counts["accepted"] == 1
    headers = newest().message["headers"]
    assert "宗教" not in headers
    assert "承租人电话" not in headers


def test_a_receipt_tells_nothing_of_whether_anybody_is_known(small_county: SmallCounty) -> None:
    with acting(staffed("housing")):
        known = next(
            lease for one in dwellings.listed(dwellings.Wanted(COUNTY, AS_OF, page=None))
            for lease in dwellings.leases(one.dwelling_id) if "*" in lease.number
        )  # fmt: skip
    with owner_here() as owner:
        owner.execute("ALTER TABLE people_identity NO FORCE ROW LEVEL SECURITY")
        name, sealed = owner.execute(
            "SELECT name, id_sealed FROM people_identity WHERE person_id = %s", [known.person_id]
        ).fetchone()
        owner.execute("ALTER TABLE people_identity FORCE ROW LEVEL SECURITY")
    from tongdeng.people.exports import records

    path = make(uses="9")
    real = (A_TENANT[0], name, records.unseal_text(sealed) or "", "2026-11-02", "")
    pages = [receipt(path, sheet(row)) for row in (real, A_TENANT)]
    assert CHANGING.sub("", pages[0]) == CHANGING.sub("", pages[1])


def test_the_receipt_is_made_without_asking_the_register(
    small_county: SmallCounty, django_assert_num_queries: Any
) -> None:
    # What takes equally many steps for somebody known and unknown cannot be told apart by its time.
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    path = make()
    with CaptureQueriesContext(connection) as caught:
        send(path, sheet(A_TENANT))
    text = " ".join(query["sql"] for query in caught)
    assert "intake_submission" in text
    for table in ("people_person", "people_identity", "people_key", "people_local_number", "people_record"):
        assert table not in text


def test_a_receipt_is_found_again_by_its_number_within_its_link_only(small_county: SmallCounty) -> None:
    mine, other = make(), make()
    url = send(mine, sheet(A_TENANT)).url
    ticket = url.rsplit("=", 1)[1]
    assert f"回执 {ticket}" in Client().get(url).content.decode()
    assert Client().get(f"{other}receipt?number={ticket}").status_code == 404
    for wrong in ("", "0000000000", "1", "' OR 1=1 --", "一二三四五六七八九十"):
        assert Client().get(f"{mine}receipt", {"number": wrong}).status_code == 404


def test_unknown_expired_and_revoked_links_look_the_same(small_county: SmallCounty) -> None:
    revoked, expired = make(for_whom="作废的"), make(for_whom="过期的")
    housing = signed_in("housing")
    with acting(staffed("housing")):
        found = {one.for_whom: one.pk for one in links.links_in("990101000000", "990102000000")}
    assert housing.post(f"/links/{found['作废的']}/revoke").status_code == 302
    with owner_here() as owner:
        owner.execute("ALTER TABLE intake_link NO FORCE ROW LEVEL SECURITY")
        owner.execute(
            "UPDATE intake_link SET expires_at = made_at - interval '1 second' WHERE id = %s", [found["过期的"]]
        )
        owner.execute("ALTER TABLE intake_link FORCE ROW LEVEL SECURITY")
    unknown = f"/submit/{'A' * 43}/"
    pages = set()
    for path in (revoked, expired, unknown, "/submit/x/", f"/submit/{'9' * 500}/", "/submit/%00/", "/submit/口令/"):
        for rest in ("", "list.xlsx", "receipt?number=0000000000"):
            answer = Client().get(path + rest)
            assert answer.status_code == 404
            pages.add(answer.content)
        assert send(path, sheet(A_TENANT)).status_code == 404
    assert len(pages) == 1
    assert "已作废" in housing.get("/links/").content.decode()
    assert housing.post(f"/links/{found['作废的']}/revoke").status_code == 404


def test_a_token_is_long_and_kept_as_an_index_only(small_county: SmallCounty) -> None:
    token = make().strip("/").rsplit("/", 1)[1]
    assert len(token) >= 43
    with owner_here() as owner:
        for table in ("intake_link", "intake_submission"):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        for table in ("intake_link", "intake_link_token", "intake_submission", "audit_entry", "procrastinate_jobs"):
            (hits,) = owner.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s OR t::text LIKE %s",
                [f"%{token}%", f"%{token.encode().hex()}%"],
            ).fetchone()
            assert hits == 0, table
        for table in ("intake_link", "intake_submission"):
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def test_no_log_tells_a_token(small_county: SmallCounty, caplog: pytest.LogCaptureFixture) -> None:
    path = make()
    with caplog.at_level("WARNING", logger="django.request"):
        send(path, b"%PDF")
        Client().get(f"{path}receipt?number=0000000000")
    assert "/submit/.../" in caplog.text
    assert path.split("/")[2] not in caplog.text


def test_a_file_sent_again_is_received_again_and_taken_in_once(small_county: SmallCounty, job_login: Login) -> None:
    path, rows = make(), sheet((A_TENANT[0], "端木再", number("99018119960304123"), "2026-11-03", ""))
    first = receipt(path, rows)
    assert take_in(job_login)["new_people"] == 1
    second = receipt(path, rows)
    with job_login():
        tasks.import_upload(batch_id=newest().pk)
    assert newest().state == "failed"
    assert CHANGING.sub("", first) == CHANGING.sub("", second)


def test_uses_run_out(small_county: SmallCounty) -> None:
    path = make(uses="1")
    assert send(path, sheet(A_TENANT)).status_code == 302
    answer = send(path, sheet(A_TENANT))
    assert answer.status_code == 422
    assert "次数已用完" in answer.content.decode()


def test_many_files_in_a_short_time_are_held_up(small_county: SmallCounty) -> None:
    path, most = make(), links.limits().attempts
    answers = [send(path, b"%PDF").status_code for _ in range(most + 2)]
    assert answers == [422] * most + [429] * 2
    assert Client().get(path).status_code == 200
    with owner_here() as owner:
        owner.execute("ALTER TABLE intake_link NO FORCE ROW LEVEL SECURITY")
        owner.execute("UPDATE intake_link SET attempts_since = attempts_since - interval '11 minutes'")
        owner.execute("ALTER TABLE intake_link FORCE ROW LEVEL SECURITY")
    assert send(path, sheet(A_TENANT)).status_code == 302


def a_workbook_with_formulas() -> bytes:
    """Return a list whose cells are calculated by the spreadsheet program that opens it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, TENANTS)
        page.write_row(1, 0, A_TENANT)
        page.write_formula(1, 1, '=HYPERLINK("http://evil.example","x")', None, "")
    return out.getvalue()


def test_formulas_are_no_names(small_county: SmallCounty) -> None:
    rows = [
        (A_TENANT[0], "=cmd|' /C calc'!A0", *A_TENANT[2:]),
        (A_TENANT[0], "@SUM(1)", *A_TENANT[2:]),
        (f"={A_TENANT[0]}", *A_TENANT[1:]),
    ]
    page = receipt(make(), sheet(*rows))
    assert page.count("cell.formula") == 3
    assert "calc" not in page
    page = receipt(make(), a_workbook_with_formulas())
    assert "required.missing" in page


WRONG = {
    "another kind of roll": sheet(("端木工", "1", "2026-11-02", ""), head=WORKERS),
    "no list": "天气,温度\n晴,1\n".encode(),
    "headers only": sheet(),
    "nothing": b"",
    "a PDF": b"%PDF-1.7 " + "张三".encode(),
    "a torn workbook": b"PK\x03\x04" + b"x" * 200,
    "a program": b"MZ\x90\x00",
    "too many rows": sheet(*[A_TENANT] * 2100),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_such_list_is_refused_without_a_word_of_its_content(name: str, small_county: SmallCounty) -> None:
    before = Batch.objects.count()
    answer = send(make(), WRONG[name])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="file-fault"' in page
    for word in ("张三", "李四", "天气", "端木工"):
        assert word not in page
    assert Batch.objects.count() == before


def test_a_huge_request_is_turned_away_unread(small_county: SmallCounty) -> None:
    class Unread:
        def read(self, *_: int) -> bytes:
            pytest.fail("it was read")

        readline = read

    sent = {"wsgi.input": Unread(), "CONTENT_LENGTH": 1 << 31}
    answer = Client().generic("POST", make(), b"x", content_type="multipart/form-data; boundary=b", **sent)
    assert answer.status_code == 413


def test_the_empty_file_has_the_columns_that_are_needed_and_no_other(small_county: SmallCounty) -> None:
    for kind, maker, columns in (("tenants", "housing", TENANTS), ("workers", "hrss", WORKERS)):
        content = Client().get(f"{make(kind, maker)}list.xlsx").content
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        assert tuple(rows[0]) == columns


def test_what_was_done_by_a_link_is_in_the_audit_without_anybodys_name(small_county: SmallCounty) -> None:
    receipt(make(), sheet(A_TENANT))
    with owner_here() as owner:
        rows = owner.execute(
            "SELECT code, staff_id, post_id IS NOT NULL, detail::text FROM audit_entry"
            " WHERE code LIKE 'intake.link%' OR code LIKE 'intake.submission%' ORDER BY id DESC LIMIT 3"
        ).fetchall()
    assert [row[0] for row in rows] == ["intake.submission.received", "intake.submission.tried", "intake.link.made"]
    assert rows[0][1] is None
    assert rows[0][2]
    assert "端木" not in str(rows)
