"""/api/v1 asked everything its OpenAPI document allows, and what it does not: it answers as the document says.

`TONGDENG_API_EXAMPLES=300 ./run test tests/generative/test_api_keeps_its_word.py` asks more than the few of each run.
"""

import copy
import os
import socket
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import ignored_auth

from tests.cases import submitted
from tests.files import pdf
from tests.residents import residents
from tests.systems import Connected, connected, document, fresh, operations
from tongdeng.kernel import ids

EXAMPLES = int(os.environ.get("TONGDENG_API_EXAMPLES") or 10)
FEW = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
ALLOWED, NOT_ALLOWED = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# What is well formed may still be refused because of how things stand; 415: bytes that are no photo.
ACCEPTED = ["2xx", "401", "403", "404", "409", "415"]
NAMES = [
    "list_services", "get_service", "ask_eligibility", "list_cases", "get_case", "start_case", "act_on_case",
    "list_tasks", "list_documents", "hand_in_document", "get_document", "list_webhooks", "add_webhook", "end_webhook",
]  # fmt: skip


@pytest.fixture(scope="module")
def there(small_county) -> dict[str, Any]:
    """Somebody with a case and a document, and a system that may see them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGDENG_TODAY", "2026-11-23")
        who, system = residents()[0], connected("clerk", "990101000000")
        case = submitted(who)
        made = system.upload(f"/cases/{case}/documents", "photo", pdf())
    return {"system": system, "case": case, "document": made.json()["document"], "person": ids.show(who.person_id)}


@pytest.fixture(autouse=True)
def patient(settings, monkeypatch):
    """Nobody waits for a minute to pass, and no name is looked up outside."""
    settings.TONGDENG_API_CALLS = settings.TONGDENG_API_BAD_KEYS = 10**9

    def nowhere(*_: Any, **__: Any) -> Any:
        raise socket.gaierror

    monkeypatch.setattr("tongdeng.connect.addresses.socket.getaddrinfo", nowhere)


def from_here(environ: dict[str, Any], start: Any) -> Any:
    """Answer a call from this machine: keys open from their networks alone."""
    from tongdeng.config.wsgi import application

    return application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)


def asking(told: dict[str, Any]) -> Any:
    """Return what schemathesis makes of a document."""

    config = schemathesis.Config.from_dict(
        {"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}}
    )  # fmt: skip
    schema = schemathesis.openapi.from_dict(copy.deepcopy(told), config=config)
    schema.app = from_here
    return schema


def anew(case: Any) -> None:
    """Give a write an Idempotency-Key of its own: what came with one before is another question."""
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = fresh()


def real(case: Any, there: dict[str, Any]) -> None:
    """Put what is there in the place of what was made up, so that more than `not there` is answered."""
    for name in case.path_parameters or {}:
        if name in there:
            case.path_parameters[name] = there[name]
    if isinstance(case.body, dict) and "person" in case.body:
        case.body["person"] = there["person"]
    if isinstance(case.body, dict) and "service" in case.body:
        case.body["service"] = "PSB-02"


def ask(schema: Any, name: str, mode: Any, there: dict[str, Any]) -> set[int]:
    """Ask an operation many things and return the statuses that were answered; raises where one breaks its word."""
    system: Connected = there["system"]
    method, path = operations()[name]
    operation, seen = schema[path][method], set()

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
    def every(case: Any, is_real: bool) -> None:
        if mode is ALLOWED:
            anew(case)
            if is_real:
                real(case, there)
        # That no key opens nothing is asked once for each operation in tests/access, not for each example.
        excluded = [ignored_auth]
        seen.add(case.call_and_validate(headers=system.headers, excluded_checks=excluded).status_code)

    every()
    return seen


def test_every_operation_is_asked(there):
    assert set(NAMES) == operations().keys()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_allowed_is_answered_as_the_document_says(name, there):
    seen = ask(asking(document()), name, ALLOWED, there)
    assert seen - {401, 403, 500}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_allowed_is_refused(name, there):
    method, path = operations()[name]
    told = document()["paths"][path][method]
    if not (told["parameters"] or "requestBody" in told):
        return  # there is nothing one could ask wrongly
    assert max(ask(asking(document()), name, NOT_ALLOWED, there)) >= 400


@pytest.mark.parametrize("name", ["list_services", "get_case"])
def test_a_document_that_says_something_else_is_found_out(name, there):
    # Guards the tests above: an answer that is of another form than the document says does not pass.
    told = copy.deepcopy(document())
    method, path = operations()[name]
    wrong = {"type": "object", "required": ["unheard_of"], "properties": {"unheard_of": {"type": "string"}}}
    told["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"] = wrong
    with pytest.raises(FailureGroup):
        ask(asking(told), name, ALLOWED, there)


def test_a_status_the_document_does_not_name_is_found_out(there):
    told = copy.deepcopy(document())
    method, path = operations()["get_service"]
    del told["paths"][path][method]["responses"]["404"]
    with pytest.raises(FailureGroup):
        ask(asking(told), "get_service", ALLOWED, there)


def test_an_operation_that_breaks_is_found_out(there, monkeypatch):
    from tongdeng.sites.api import services

    monkeypatch.setattr(services.catalogue, "open_law", lambda: None)
    with pytest.raises(FailureGroup):
        ask(asking(document()), "list_services", ALLOWED, there)
