"""Whoever signed in at /my/ reads in one transaction under a context that names them; nobody else gets further."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve

from tongdeng.access import selectors as access
from tongdeng.access.selectors import acting
from tongdeng.access.types import RESIDENT
from tongdeng.audit.types import Actor
from tongdeng.privacy import selectors as privacy
from tongdeng.sites.portal import session


class ActingResident:
    """Gives each request at /my/ its session and, behind the sign-in, its context and the person it is about."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not request.path_info.startswith(session.PATH):
            return self.get_response(request)
        request.resident = session.load(request)
        response = self._answer(request)
        session.keep(request, response)
        return response

    def _answer(self, request: Any) -> HttpResponse:
        name = resolve(request.path_info).url_name or ""
        person = request.resident.get(session.PERSON)
        if not access.is_page(name):
            raise Http404
        if access.is_open(name):
            return self.get_response(request)
        if person is None:
            return redirect("my_sign_in")
        request.actor = Actor(purpose=RESIDENT, origin="portal", person_id=person)
        with acting(request.actor, person=person):
            own = privacy.own_persons()
            if not own or not own[0].is_self:
                # Merged, deleted or gone since: nothing is told, and the next step is the sign-in.
                request.resident.flush()
                return redirect("my_sign_in")
            request.own = own
            about = request.resident.get(session.ABOUT)
            request.about = next((one for one in own if one.person_id == about), own[0])
            return self.get_response(request)


def own_or_404(request: Any, person_id: int) -> Any:
    """Return one of those whom the reader may speak for."""
    found = next((one for one in request.own if one.person_id == person_id), None)
    if found is None:
        raise Http404
    return found
