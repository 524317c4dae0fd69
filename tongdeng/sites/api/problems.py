"""Errors as RFC 9457 asks: a stable code, fact and way out in both languages, nothing of what lies within."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tongdeng.audit.types import arrival
from tongdeng.connect.errors import CallRefused, unknown_key
from tongdeng.documents.errors import DocumentNotThere, DocumentRefused
from tongdeng.kernel.errors import NOTHING, Text, TongdengError

MEDIA = "application/problem+json"
log = logging.getLogger("tongdeng.api")
NOWHERE = Text("没有这样东西，或者不在这个系统的范围里", "no such thing, or not within this system's reach")
MISFORMED = Text("请求的格式不对", "the request is not of the form that is asked for")
READ_THE_FORM = Text("见 /api/v1/openapi.json", "see /api/v1/openapi.json")
BROKEN = Text("这里出了错，请求没有执行", "something broke here; nothing was done")
AGAIN = Text(
    "稍后用同一个 Idempotency-Key 再试；还不行，请把 request 告诉县里的系统管理员",
    "try again later with the same Idempotency-Key, then give `request` to the county's administrator",
)
# What cannot be done because of how things stand is a conflict; whatever is not found or not seen is told alike.
HIDDEN = frozenset({"desk.step.unknown", "desk.case.person", "documents.document.not_there"})


def problem(
    status: int, code: str, fact: Text, *, remedy: Text = NOTHING, place: str = "",
    fields: list[dict[str, str]] | None = None,
) -> HttpResponse:  # fmt: skip
    """Return an error as an answer. `fields` name what in the request does not fit, never its values."""
    told: dict[str, Any] = {
        "type": f"urn:tongdeng:problem:{code}", "title": fact.en, "status": status, "code": code,
        "fact": {"zh": fact.zh, "en": fact.en}, "remedy": {"zh": remedy.zh, "en": remedy.en},
        "request": arrival().request,
    }  # fmt: skip
    if place:
        told["place"] = place
    if fields:
        told["fields"] = fields
    return HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type=MEDIA)


def nowhere() -> HttpResponse:
    """Return what is told whoever asks for what is not there, or not for them."""
    return problem(404, "api.not_there", NOWHERE)


def refused(error: CallRefused) -> HttpResponse:
    """Return a call that was not let in."""
    response = problem(error.status, error.code, error.fact, remedy=error.remedy)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="tongdeng"'
    if error.wait:
        response.headers["Retry-After"] = str(error.wait)
    return response


def of_error(error: TongdengError) -> HttpResponse:
    """Return an error of the program's own as an answer."""
    if isinstance(error, CallRefused):
        return refused(error)
    if error.code in HIDDEN or isinstance(error, DocumentNotThere):
        return nowhere()
    if isinstance(error, DocumentRefused):
        return problem(415, error.code, error.fact, remedy=error.remedy)
    return problem(409, error.code, error.fact, remedy=error.remedy)


def install(api: NinjaAPI) -> None:
    """Let every error of an operation be answered so."""
    api.add_exception_handler(TongdengError, lambda request, error: of_error(error))
    api.add_exception_handler(Http404, lambda request, error: nowhere())
    api.add_exception_handler(AuthenticationError, lambda request, error: refused(unknown_key()))
    api.add_exception_handler(ValidationError, _misformed)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(Exception, _broken)


def _misformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [{"at": ".".join(str(one) for one in fault["loc"]), "why": str(fault["type"])} for fault in error.errors]
    return problem(422, "api.request.misformed", MISFORMED, remedy=READ_THE_FORM, fields=fields)


def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "api.request.unreadable", MISFORMED, remedy=READ_THE_FORM)


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    # The kind of the error and where it rose: its text may hold somebody's data.
    told = type(error).__name__, arrival().request
    log.error("an API operation failed: %s, request %s", *told, exc_info=_place(error))
    return problem(500, "api.broken", BROKEN, remedy=AGAIN)


def _place(error: Exception) -> tuple[type[BaseException], BaseException, Any]:
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__


def schema() -> Mapping[str, Any]:
    """Return the schema of a problem, for the OpenAPI document."""
    text = {"type": "string"}
    words = {"type": "object", "properties": {"zh": text, "en": text}, "required": ["zh", "en"]}
    field = {"type": "object", "properties": {"at": text, "why": text}, "required": ["at", "why"]}
    texts = dict.fromkeys(("type", "title", "code", "request", "place"), text)
    return {
        "type": "object", "title": "Problem", "description": "RFC 9457. `code` is stable; the words may change.",
        "properties": {
            **texts, "status": {"type": "integer"}, "fact": words, "remedy": words,
            "fields": {"type": "array", "items": field},
        },
        "required": ["type", "title", "status", "code", "fact", "remedy", "request"],
    }  # fmt: skip
