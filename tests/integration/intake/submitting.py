"""Sending a list by a link, as somebody outside does."""

import csv
import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.posts import COUNTY, EAST, signed_in
from tongdeng.intake import tasks
from tongdeng.kernel.citizen_id import check_character
from tongdeng.people.exports import Batch

TENANTS = ("房屋地址", "承租人姓名", "承租人证件号", "起租日期", "退租日期")
WORKERS = ("姓名", "公民身份号码", "就业日期", "离职日期")
PREMISES = "和平路66号院"
# What differs between any two pages: the number, the time, the uses left, and Django's token of the language switch.
CHANGING = re.compile(r'\d{10}|\d+:\d+|还可以送 \d+ 次|name="csrfmiddlewaretoken" value="[^"]+"')
EMPLOYER = "示例县大发电子有限公司"


def number(first17: str) -> str:
    """Return an id number with its check character."""
    return first17 + check_character(first17)


def sheet(*rows: tuple[str, ...], head: tuple[str, ...] = TENANTS) -> bytes:
    """Return a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


A_TENANT = ("和平路66号院1单元101", "端木新", number("99018119950304123"), "2026-11-01", "")


def make(kind: str = "tenants", maker: str = "housing", place: str = COUNTY, **changes: Any) -> str:
    """Make a link as a member of staff does and return its path."""
    given: dict[str, str] = {"for_whom": "和平物业", "days": "7", "uses": "9"}
    if kind == "tenants":
        given |= {"community": EAST, "addresses": PREMISES}
    else:
        given |= {"employer_name": EMPLOYER, "employer_code": ""}
    answer = signed_in(maker, place).post(f"/links/new/{kind}/", given | changes)
    assert answer.status_code == 201, answer.content.decode()
    found = re.search(r'id="made-link">http://testserver(/submit/[^<]+)<', answer.content.decode())
    assert found
    return found[1]


def send(path: str, content: bytes, name: str = "名单.csv") -> Any:
    """Send a file as somebody outside, who has no session."""
    return Client(enforce_csrf_checks=True).post(path, {"file": SimpleUploadedFile(name, content)})


def receipt(path: str, content: bytes) -> str:
    """Send a file and return the page with its receipt."""
    answer = send(path, content)
    assert answer.status_code == 302, answer.content.decode()
    return Client().get(answer.url).content.decode()


def newest() -> Batch:
    """Return the newest batch that came by a link."""
    return Batch.objects.filter(file_name__startswith="提交链接").latest("id")


def take_in(job_login: Any) -> dict[str, int]:
    """Let the worker take the newest batch in and return its counts."""
    with job_login():
        tasks.import_upload(batch_id=newest().pk)
    batch = newest()
    assert batch.state == "done", batch.message
    return dict(batch.counts)
