"""What is held about me, from whom; and a copy of it, for people and for machines."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from tongdeng.audit import actions as audit
from tongdeng.delivery import selectors as delivery
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import profiles
from tongdeng.privacy import selectors as privacy
from tongdeng.sites.portal import copy, requests, words
from tongdeng.sites.portal.view_models import Held

OUTCOMES = {
    "served": Text("已提供", "given"), "declined": Text("告知后谢绝", "declined after being told"),
    "offered": Text("已告知", "told"), "absent": Text("没有见到人", "nobody was met"),
}  # fmt: skip


def _services(person_id: int) -> list[Held]:
    told = []
    for one in delivery.deliveries_of(person_id):
        outcome = OUTCOMES.get(one.outcome, Text(one.outcome, one.outcome))
        said = words.joined(owed.day_text(one.served_on), outcome, one.provider)
        told.append(Held("service", owed.service_name(one.service), said, (words.origin("deliveries", one.served_on),)))
    return told


@require_GET
def my_data(request: Any) -> HttpResponse:
    """Show everything that is held, each value with who says so, and a way to have it corrected."""
    about = request.about
    profile = profiles.find_profile(about.person_id)
    audit.record("privacy.data.viewed", by=request.actor, subjects=[about.person_id])
    under_way = {one.subject for one in privacy.requests_of(about.person_id) if one.is_open and one.subject}
    page = {
        "about": about, "groups": words.held(profile) if profile else [], "services": _services(about.person_id),
        "sealed": privacy.sealed_records(about.person_id), "under_way": under_way,
        "requests": requests.lines(about.person_id), "activities": privacy.activities().values(),
    }  # fmt: skip
    return render(request, "portal/data.html", page)


@require_GET
def copy_file(request: Any) -> HttpResponse:
    """Give a copy in a form that another program can read (个人信息保护法 §45)."""
    about = request.about
    audit.record("privacy.copy.taken", by=request.actor, subjects=[about.person_id], detail={"form": "json"})
    body = json.dumps(copy.whole(request), ensure_ascii=False, indent=1, default=str)
    name = f"my-data-{ids.show(about.person_id)}-{clock.today():%Y%m%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type="application/json; charset=utf-8", headers=headers)


@require_GET
def copy_page(request: Any) -> HttpResponse:
    """Give the same to read and to print."""
    about = request.about
    profile = profiles.find_profile(about.person_id)
    audit.record("privacy.copy.taken", by=request.actor, subjects=[about.person_id], detail={"form": "page"})
    page = {
        "about": about, "ref": ids.show(about.person_id), "groups": words.held(profile) if profile else [],
        "services": _services(about.person_id), "sealed": privacy.sealed_records(about.person_id),
        "requests": requests.lines(about.person_id), "made_at": clock.now().astimezone(clock.CHINA),
        "activities": privacy.activities().values(),
    }  # fmt: skip
    return render(request, "portal/copy.html", page)


@require_GET
def register(request: Any) -> HttpResponse:
    """Show what is done with people's data, for anybody to read."""
    return render(request, "portal/register.html", {"activities": privacy.activities().values()})


urlpatterns = [
    path("data/", my_data, name="my_data"),
    path("data/copy.json", copy_file, name="my_copy_file"),
    path("data/copy/", copy_page, name="my_copy"),
    path("uses/", register, name="my_register"),
]
