"""The page of changes: a preview for the office, faults at their rows, and nothing it could write."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from tests.databases import SmallCounty
from tests.posts import EAST, signed_in
from tongdeng.org import selectors as org

HEAD = "日期,变更,原代码,新代码,新名称,English name,划入地址,说明\n"
MERGE = "2027-01-01,合并,990101001001、990101001002,990101001031,新城社区,Xincheng,,县政发〔2026〕9号\n"


def send(kind: str, text: str, place: str = "990101000000") -> Any:
    file = SimpleUploadedFile("变更.csv", (HEAD + text).encode())
    return signed_in(kind, place).post("/divisions/", {"file": file})


def test_the_office_sees_who_is_concerned_and_nothing_is_written(small_county: SmallCounty) -> None:
    page = send("office", MERGE)
    text = page.content.decode()
    assert page.status_code == 200
    assert "990101001031" in text
    assert "tongdeng county divisions" in text
    assert org.changes() == []


def test_faults_are_listed_with_their_rows(small_county: SmallCounty) -> None:
    page = send("office", "2027-01-01,合并,990101001777,990101001031,新城,,,\n")
    assert page.status_code == 422
    assert "那一天没有代码为“990101001777”的区划" in page.content.decode()


@pytest.mark.parametrize("text", ["", "%PDF-1.7", "PK\x03\x04 torn"])
def test_what_is_no_such_file_is_refused_at_the_field(small_county: SmallCounty, text: str) -> None:
    file = SimpleUploadedFile("变更.csv", text.encode())
    page = signed_in("office").post("/divisions/", {"file": file})
    assert page.status_code == 422
    assert "file-fault" in page.content.decode()
    assert signed_in("office").post("/divisions/").status_code == 422


def test_a_file_without_the_columns_says_which(small_county: SmallCounty) -> None:
    file = SimpleUploadedFile("变更.csv", "日期,变更\n2027-01-01,合并\n".encode())
    page = signed_in("office").post("/divisions/", {"file": file})
    assert "原代码、新代码" in page.content.decode()


@pytest.mark.parametrize(("kind", "place"), [("worker", EAST), ("police", "990101000000"), ("admin", "990101000000")])
def test_nobody_else_has_business_there(small_county: SmallCounty, kind: str, place: str) -> None:
    assert send(kind, MERGE, place).status_code == 403
    assert signed_in(kind, place).get("/divisions/empty.csv").status_code == 403


def test_the_empty_file_has_the_headings(small_county: SmallCounty) -> None:
    answer = signed_in("office").get("/divisions/empty.csv")
    assert answer.content.decode("utf-8-sig").strip() == HEAD.strip()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT org_carry_out(current_date, now())",
        "UPDATE org_change SET starts_on = current_date",
        "UPDATE org_division SET name_zh = 'x'",
        "UPDATE org_post SET hi = ':'",
    ],
)
def test_the_web_login_cannot_change_the_map(small_county: SmallCounty, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
