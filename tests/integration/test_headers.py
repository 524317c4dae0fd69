"""What every answer carries as a county's own server sends it: production settings, in a process of their own."""

import json
import subprocess
import sys

import pytest

from tests.databases import environment
from tests.posts import staffed

ASK = """
import json, sys
import django
django.setup()
from django.test import Client
client = Client(SERVER_NAME="tongdeng.example", enforce_csrf_checks=True, raise_request_exception=False)
said = {}
for name, method, path, headers in json.loads(sys.argv[1]):
    response = getattr(client, method)(path, secure="plain" not in name, headers=headers)
    cookies = {key: {part: morsel[part] for part in ("secure", "httponly", "samesite", "path", "domain")}
               for key, morsel in response.cookies.items()}
    said[name] = {"status": response.status_code, "headers": dict(response.headers), "cookies": cookies,
                  "body": response.content.decode("utf-8", "replace")[:4000]}
print(json.dumps(said))
"""
ASKED = [
    ("sign in", "get", "/sign-in/", {}),
    ("home", "get", "/", {}),
    ("missing", "get", "/nowhere/", {}),
    ("forged form", "post", "/sign-in/", {}),
    ("trace", "trace", "/sign-in/", {}),
    ("elsewhere", "get", "/sign-in/", {"Origin": "https://elsewhere.example"}),
    ("plain", "get", "/sign-in/", {}),
    ("plain behind a proxy", "get", "/sign-in/", {"X-Forwarded-Proto": "https"}),
    ("sign out", "post", "/sign-out/", {}),
    ("listing", "get", "/static/", {}),
]


@pytest.fixture(scope="module")
def said(small_county):
    """What production answers to each question, once there is somebody who could sign in."""
    staffed("office")
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings_of_production", "TONGDENG_ROLE": "app"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(ASKED)], env={**environment(), **settings}, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", ["sign in", "home", "missing", "forged form"])
def test_every_answer_tells_the_browser_what_it_may_do(said, name):
    headers = said[name]["headers"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_an_answer_with_a_body_names_its_charset(said):
    assert said["sign in"]["headers"]["Content-Type"] == "text/html; charset=utf-8"


def test_cookies_stay_with_this_host_over_https(said):
    cookies = said["sign in"]["cookies"]
    assert cookies
    for name, cookie in cookies.items():
        assert name.startswith("__Host-")
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert cookie["samesite"] == "Lax"


def test_a_form_from_elsewhere_is_refused(said):
    assert said["forged form"]["status"] == 403


def test_no_other_origin_is_answered(said):
    assert not [name for name in said["elsewhere"]["headers"] if name.startswith("Access-Control")]


def test_methods_that_no_page_needs_are_refused(said):
    assert said["trace"]["status"] == 405


def test_a_plain_connection_is_led_to_https_unless_a_proxy_has_ended_tls(said):
    assert said["plain"]["status"] == 301
    assert said["plain"]["headers"]["Location"].startswith("https://tongdeng.example/")
    assert said["plain behind a proxy"]["status"] == 200


def test_the_browser_forgets_what_it_was_shown_at_the_sign_out(said):
    assert said["sign out"]["headers"]["Clear-Site-Data"] == '"cache", "storage"'


def test_what_is_not_there_tells_nothing_of_the_inside(said):
    assert said["missing"]["status"] == 404
    assert said["listing"]["status"] == 404
    for word in ("Traceback", "Django", "urlpatterns", "tongdeng.sites"):
        assert word not in said["missing"]["body"]
