"""Applying at /my/ in tests: filling forms, handing papers in, and reading what a page says."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cases import PERMIT, look


def said(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def field(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


def apply(browser: Any, service: str = PERMIT) -> int:
    form = browser.get(f"/my/apply/{service}/").content.decode()
    done = browser.post(f"/my/apply/{service}/", {"token": field(form, "token")})
    return int(done.headers["Location"].split("/")[-2])


def do(browser: Any, case: int, act: str, **more: str) -> Any:
    return browser.post(f"/my/cases/{case}/act", {"act": act, "seen": str(look(case).version), "token": act, **more})


def hand_in(
    browser: Any, case: int, material: str, data: bytes, name: str = "photo", where: str = "/my/cases"
) -> Any:  # fmt: skip
    sent = {"material": material, name: SimpleUploadedFile("x.jpg", data)}
    return browser.post(f"{where}/{case}/hand-in", sent)


def held(case: int) -> dict[str, str]:
    return dict(look(case).progress["materials"])
