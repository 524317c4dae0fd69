"""Writes: each with an Idempotency-Key, done once and answered alike however often it is sent."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from ninja import Schema

from tongdeng.connect import actions as systems
from tongdeng.connect.types import Answer

JSON = "application/json"


def once(request: Any, key: str, do: Callable[[], Schema], status: int = 200) -> HttpResponse:
    """Answer with what `do` returns, or with what it returned when the same request came before."""

    def first() -> Answer:
        return Answer(status, do().model_dump_json().encode())

    answer = systems.answer_once(
        caller=request.system, key=key, digest=_asked(request), do=first, by=request.actor
    )  # fmt: skip
    response = HttpResponse(answer.body, status=answer.status, content_type=JSON)
    if answer.is_repeated:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _asked(request: Any) -> str:
    """Return what was asked as a hash. Parts of a form are taken by themselves: what divides them differs each time."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    for name, value in sorted(request.POST.items()):
        digest.update(f"{name}={hashlib.sha256(value.encode()).hexdigest()}\n".encode())
    for name, file in sorted(request.FILES.items()):
        digest.update(f"{name}:{hashlib.sha256(file.read()).hexdigest()}\n".encode())
        file.seek(0)
    return digest.hexdigest()
