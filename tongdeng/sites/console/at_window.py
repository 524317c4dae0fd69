"""The person in front of a window: what they are owed, by the same answers as on their own page."""

from collections.abc import Mapping

from django.http import HttpRequest

from tongdeng.access import selectors as access
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Place
from tongdeng.owed import selectors as owed
from tongdeng.owed.types import Status
from tongdeng.people.exports import profiles
from tongdeng.sites.console import person_words, why_words
from tongdeng.sites.console.frame import opens
from tongdeng.sites.console.view_models.hall import AtWindow
from tongdeng.sites.console.view_models.person import ServiceGroup, ServiceLine
from tongdeng.sites.shell.frame import Link

SHOWN = (Status.OWED, Status.AVAILABLE, Status.UNKNOWN)  # what can be done something about now


def place(known: Mapping[str, Place], community: str | None) -> Text:
    """Return a community in words."""
    if community is None:
        return Text("住处不明", "No stay is known")
    return person_words.place_text(known, community)


def person(request: HttpRequest, profile: profiles.PersonProfile) -> AtWindow:
    """Return somebody with what they are owed, can apply for, and what nobody knows yet."""
    today, domains, ref = clock.today(), access.domains_of(request.user.post.kind), ids.show(profile.person_id)
    known = owed.known_now(profile.person_id, domains)
    facts = known.on({today})[today]
    standings = owed.standings(profile.person_id, known.law, facts, domains, today)
    teller = owed.teller(known, today, profile.newest, has_number="id_number" in profile.values)
    shown = [one for one in standings if one.status in SHOWN]
    groups = why_words.groups(why_words.Reader(today, teller), shown, facts, "")
    codes = {one.explanation.service.name: one.code for one in shown}
    links = [
        Link(Text("人员页面", "The person's page"), f"/people/{ref}/"),
        Link(Text("预约时间…", "Book a time…"), f"/people/{ref}/appointments/"),
    ]
    if opens(request, "case_new"):
        links.insert(0, Link(Text("开始办理…", "Start an application…"), f"/cases/new/?person={ref}"))
    if opens(request, "owed_record") and any(one.status is Status.OWED for one in shown):
        links.insert(0, Link(Text("记录服务", "Record a service"), f"/owed/?person={ref}"))
    return AtWindow(
        name=profile.name, ref=ref, told=place(org.places(today), profile.territory),
        groups=tuple(
            ServiceGroup(group.state, tuple(_to_notice(one, codes) for one in group.services)) for group in groups
        ),
        links=tuple(links),
    )  # fmt: skip


def _to_notice(one: ServiceLine, codes: dict[Text, str]) -> ServiceLine:
    """Let a service lead to its one-time notice."""
    return ServiceLine(one.name, f"/window/notices/{codes[one.name]}/", one.note, is_offered=one.is_offered)
