"""`/metrics`: counts for whoever watches the machine; closed to others, and with nothing about anybody."""

import re

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client, override_settings

from tests.databases import owner_here
from tests.posts import EAST, signed_in
from tongdeng.audit import selectors
from tongdeng.kernel import ids

AWAY = {"REMOTE_ADDR": "192.0.2.50"}
# What a sample may look like: a name, labels of words only, a number. No id, no phone, no address of a page fits.
LABEL = r'(route="[a-z_()-]+"|status="(\d{3}|other)"|le="(\+Inf|[0-9.]+)"|state="[a-z]+")'
SAMPLE = re.compile(rf"tongdeng_[a-z_]+(\{{{LABEL}(,{LABEL})*\}})? [0-9.e+-]+")


def read(client: Client, **options: object) -> str:
    answer = client.get("/metrics", **options)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture(scope="module")
def looked_at(small_county, as_job):
    """Somebody was looked up by id, by number and by name; returns what must not be found in the metrics."""
    with as_job("serve"), connection.cursor() as cursor:
        first = "SELECT person_id, name FROM people_identity WHERE territory = %s ORDER BY name, born_on LIMIT 1"
        cursor.execute(first, [EAST])
        person, name = cursor.fetchone()
    client = signed_in("worker", EAST)
    shown = ids.show(person)
    assert client.get(f"/people/{shown}/").status_code == 200
    client.get("/people/", {"q": "990101199001011234"})
    client.get("/people/", {"q": name})
    client.get(f"/no-such-page/{shown}/")
    return [shown, str(person), shown.replace("-", ""), "990101199001011234", name, EAST]


def test_it_tells_routes_jobs_and_the_chain(looked_at):
    text = read(Client())
    assert re.search(r'tongdeng_request_seconds_count\{route="person",status="200"\} [1-9]', text)
    assert re.search(r'tongdeng_request_seconds_bucket\{route="\(none\)",status="404",le="\+Inf"\} [1-9]', text)
    assert "tongdeng_database_up 1" in text
    assert re.search(r"tongdeng_audit_unsealed [1-9]", text)
    assert re.search(r"tongdeng_audit_seal_lag_seconds \d", text)


def test_it_holds_no_personal_data(looked_at):
    text = read(Client())
    odd = [line for line in text.splitlines() if not line.startswith("# ") and not SAMPLE.fullmatch(line)]
    assert odd == []
    said = re.sub(r" [0-9.e+-]+$", "", text, flags=re.M)  # seconds have digits that mean nothing
    assert not [one for one in looked_at if one in said]
    assert not re.search(r"99\d{6,}|\b100\d{8}\b|[一-鿿]", said)


def test_from_elsewhere_only_the_token_opens_it(looked_at):
    client = Client()
    assert client.get("/metrics", **AWAY).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer x"}, **AWAY).status_code == 404
    token = settings.TONGDENG_METRICS_TOKEN()
    assert "tongdeng_database_up" in read(client, headers={"Authorization": f"Bearer {token}"}, **AWAY)
    assert (settings.HOME.path / "metrics.token").stat().st_mode & 0o077 == 0


def test_a_proxy_on_this_machine_is_not_this_machine(looked_at):
    client = Client()
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.50"}).status_code == 404
    with override_settings(TONGDENG_PROXIES=1):
        assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_an_entry_bears_the_address_that_the_outermost_proxy_saw(looked_at):
    client = signed_in("worker", EAST)
    said = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    with override_settings(TONGDENG_PROXIES=1):
        number = client.get("/owed/", headers=said).headers["X-Request-ID"]
    with owner_here() as owner:
        found = owner.execute("SELECT DISTINCT address FROM audit_entry WHERE request = %s", [number]).fetchall()
    assert found == [("198.51.100.7",)]


def test_it_answers_without_the_database(looked_at, monkeypatch):
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(selectors, "pulse", away)
    text = read(Client())
    assert "tongdeng_database_up 0" in text
    assert "tongdeng_request_seconds_count" in text
