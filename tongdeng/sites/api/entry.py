"""The door of the API: who calls, in which post, how often, and the entry each call leaves."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja.security import HttpBearer

from tongdeng.access import selectors as access
from tongdeng.access.selectors import acting
from tongdeng.access.types import SERVE
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor, arrival
from tongdeng.connect.errors import CallRefused
from tongdeng.connect.exports import calls
from tongdeng.connect.types import Caller
from tongdeng.kernel.errors import Text
from tongdeng.sites.api import problems

PATH = "/api/"
DOCUMENT = "/api/v1/openapi.json"  # says nothing about anybody
NOT_FOR_THIS_POST = Text("这个系统的岗位不做这件事", "this is not for the post that this system holds")
BEARER = "Bearer "


class Key(HttpBearer):
    """A key in the header, and the operation that it must open: what kinds of post may call it says law/access.toml."""

    def __init__(self, operation: str) -> None:
        super().__init__()
        self.operation = operation

    def authenticate(self, request: Any, token: str) -> Caller:
        """Return who calls; the middleware has judged the key already."""
        request.operation = self.operation
        caller: Caller = request.system
        if not access.may_call(self.operation, caller.kind):
            raise CallRefused("api.operation.closed", 403, NOT_FOR_THIS_POST)
        return caller


def operation(name: str, **more: Any) -> dict[str, Any]:
    """Return what every operation is registered with: its name in the matrix, and the key that opens it."""
    return {"operation_id": name, "url_name": name, "auth": Key(name), "by_alias": True, **more}


class ActingSystem:
    """Runs each call in one transaction under the context of the caller's post; what is refused leaves nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not request.path_info.startswith(PATH) or request.path_info == DOCUMENT:
            return self.get_response(request)
        header = request.headers.get("Authorization", "")
        token = header[len(BEARER) :] if header.startswith(BEARER) else ""
        try:
            request.system = calls.admit(token, arrival().address)
        except CallRefused as refused:
            if refused.status != 429:  # a flood must not fill the record
                audit.record("connect.call.refused", by=Actor(SERVE, origin="api"), detail={"code": refused.code})
            return problems.refused(refused)
        return self._answer(request)

    def _answer(self, request: Any) -> HttpResponse:
        caller, request.operation = request.system, ""
        request.actor = Actor(purpose=SERVE, staff_id=caller.staff_id, post_id=caller.post_id, origin="api")
        with acting(request.actor):
            response = self.get_response(request)
            if response.status_code < 400:
                _note("connect.call.answered", request, response)
            else:
                transaction.set_rollback(True)
        if response.status_code >= 400:
            with acting(request.actor):
                _note("connect.call.refused", request, response)
        return response


def _note(code: str, request: Any, response: HttpResponse) -> None:
    detail = {"system": request.system.system_id, "key": request.system.key_id, "operation": request.operation}
    audit.record(code, by=request.actor, detail={**detail, "status": response.status_code})
