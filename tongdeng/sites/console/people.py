"""Finding people, and the page of one person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode

from tongdeng.access import selectors as access
from tongdeng.audit import actions as audit
from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel import clock, ids, names
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.org.types import Place, territory_of
from tongdeng.owed import selectors as owed
from tongdeng.owed.types import Status
from tongdeng.people.exports import merges, profiles, search
from tongdeng.sites.console import case_words, changes, declines, move_words, person_words, why_words
from tongdeng.sites.console.frame import build_frame, chosen_place, opens
from tongdeng.sites.console.view_models.lists import FoundPerson, PeoplePage
from tongdeng.sites.console.view_models.person import PersonPage, Why, WhySheet
from tongdeng.sites.shell.frame import Link, Pager
from tongdeng.sites.shell.typed import read_day, whole

PAGE = 50
LONGEST_QUERY = 60
VISIT = Text("服务本人", "Serving this person")


def people(request: HttpRequest) -> HttpResponse:
    """List the people a query finds, or those of a place."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    place, today = chosen_place(request), clock.today()
    survivor = profiles.current_id(person_id) if (person_id := ids.read(query)) else None
    if survivor:
        audit.record(
            "people.search.made", by=request.actor, subjects=[survivor], detail={"by": "person_id", "found": 1}
        )
        return redirect("person", ref=ids.show(survivor))
    offset = PAGE * ((whole(request.GET.get("page", ""), 6) or 1) - 1)
    if query:
        hits = search.search(query, today, limit=PAGE, offset=offset)
    else:
        hits = search.people_in(*territory_of(place), limit=PAGE, offset=offset)
    audit.record(
        "people.search.made" if query else "people.list.viewed",
        by=request.actor,
        subjects=[one.person_id for one in hits.people],
        detail={"by": hits.by, "found": hits.total},
    )
    if hits.by == "id_number" and hits.total == 1:
        return redirect("person", ref=ids.show(hits.people[0].person_id))  # a full number leaves the address bar
    known, open_windows = org.places(today), owed.owed_by_person(one.person_id for one in hits.people)
    page = PeoplePage(
        query=names.mask_id(query) if hits.by in ("id_number", "phone") else query,
        people=tuple(
            FoundPerson(
                name=one.name,
                sex=one.sex,
                age=_age(one.born_on, today),
                id_number=one.masked_number,
                place=person_words.place_text(known, one.community)
                if one.community
                else Text("住处不明", "No stay is known"),
                owed=open_windows.get(one.person_id, 0),
                url=f"/people/{ids.show(one.person_id)}/",
            )
            for one in hits.people
        ),
        pager=_pager(hits, offset, {"q": query, "place": request.GET.get("place", "")}),
        hint=_hint(hits),
    )
    frame = build_frame(request, place_code=place, current="/people/")
    return render(request, "console/people.html", {"frame": frame, "page": page})


def _age(born_on: date | None, today: date) -> int | None:
    if born_on is None or born_on > today:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def _hint(hits: search.Hits) -> Text | None:
    if hits.is_cut:
        return Text(
            f"只列前 {hits.total:,} 人，请写得更全。", f"Only the first {hits.total:,} are listed; please write more."
        )
    return None


def _pager(hits: search.Hits, offset: int, asked: dict[str, str]) -> Pager:
    kept = {key: value for key, value in asked.items() if value}

    def url(number: int) -> str:
        return "?" + urlencode({**kept, "page": number})

    number, last = offset // PAGE + 1, offset + len(hits.people)
    return Pager(
        first=offset + 1,
        last=last,
        total=hits.total,
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if last < hits.total and hits.people else "",
    )


def person(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one person; with `?service=CODE` also why this answer, on `&on=DATE` instead of today."""
    profile = _found(ref)
    if profile is None:
        raise Http404  # the same for a person elsewhere and for nobody: the difference would tell
    if ref != ids.show(profile.person_id):
        return redirect("person", ref=ids.show(profile.person_id))
    service = request.GET.get("service", "")
    if service and service not in catalogue.open_law().services:
        raise Http404
    audit.record("people.person.viewed", by=request.actor, subjects=[profile.person_id], detail={"service": service})
    places = org.places(clock.today())
    page = _person_page(request, profile, service, places)
    if request.headers.get("HX-Request") and service:
        return render(request, "console/_why.html", {"why": page.why})
    toast = changes.what_changed(request.GET.get("changed", ""))
    place = _place_of(request, profile, places)
    frame = build_frame(request, place_code=place, current="/people/", purpose=VISIT, toast=toast, known=places)
    return render(request, "console/person.html", {"frame": frame, "page": page})


def _found(ref: str) -> profiles.PersonProfile | None:
    asked = ids.read(ref)
    person_id = profiles.current_id(asked) if asked else None
    return profiles.find_profile(person_id) if person_id else None


def _place_of(request: HttpRequest, profile: profiles.PersonProfile, places: Mapping[str, Place]) -> str:
    return profile.territory if profile.territory in places else chosen_place(request)


@dataclass(frozen=True)
class Answers:
    """What one reader is told of one person: the profile, what is known, and the answers of today."""

    profile: profiles.PersonProfile
    known: owed.Known
    reader: why_words.Reader
    facts: Mapping[date, owed.Facts]
    standings: list[owed.Standing]
    takes_in: bool  # whether this post takes applications in


def _answers(request: HttpRequest, profile: profiles.PersonProfile, days: Iterable[date] = ()) -> Answers:
    today, domains = clock.today(), access.domains_of(request.user.post.kind)
    known = owed.known_now(profile.person_id, domains)
    teller = owed.teller(known, today, profile.newest, has_number="id_number" in profile.values)
    facts = known.on({today, *days})
    standings = owed.standings(profile.person_id, known.law, facts[today], domains, today)
    return Answers(
        profile, known, why_words.Reader(today, teller), facts, standings, opens(request, "case_new")
    )  # fmt: skip


def _person_page(
    request: HttpRequest, profile: profiles.PersonProfile, service: str, places: Mapping[str, Place]
) -> PersonPage:
    today = clock.today()
    on = _day(request.GET.get("on", ""), today)
    told = _answers(request, profile, [on, *owed.days_before(on)] if service else ())
    law, domains, facts = told.known.law, told.known.domains, told.facts[today]
    age = _age(profile.born_on, today)
    months = facts["residence_months"]
    undecided = [one.explanation.service.name for one in told.standings if one.status is None]
    sources = {one.source for value in profile.values.values() for one in value.statements}
    has_owed = any(one.status is Status.OWED for one in told.standings)
    ref = ids.show(profile.person_id)
    reviews, ever = opens(request, "review"), merges.ids_of(profile.person_id)
    return PersonPage(
        name=profile.name,
        ref=ref,
        sex=profile.sex,
        age=age,
        months_here=months if isinstance(months, int) else None,
        family=person_words.family_links(profile),
        sources=len(sources),
        records=profile.records,
        values=person_words.profile_values(profile, law, places, domains, age),
        stays=person_words.stay_lines(profile, law, places),
        as_of_on=today,
        groups=why_words.groups(told.reader, told.standings, facts, service),
        why=_why(told, service, on) if service else None,
        norights=person_words.norights_text(law, domains, told.reader.teller, undecided, today),
        household=move_words.household(profile.person_id),
        notices=(*move_words.notices(profile.person_id, places, ever), *case_words.open_cases(profile.person_id, ever)),
        newest_day=today if opens(request, "departure_say") and profile.is_placed else None,
        next_step=Link(Text("记录服务", "Record a service"), f"/owed/?person={ref}") if has_owed else None,
        changes=changes.change_links(profile.person_id, ever) if reviews else (),
        split_url=f"/people/{ref}/split/" if reviews and profile.records > 1 else "",
        doubts=changes.doubts_link(profile.person_id, ever) if reviews else None,
        appointments_url=f"/people/{ref}/appointments/" if opens(request, "person_appointments") else "",
        told=declines.told(profile.person_id, domains, ever),
    )


def _why(told: Answers, service: str, on: date) -> Why:
    """Explain one answer. A service that is not in force, or not for this post, has no page."""
    standing, law = _standing_on(told, service, on), told.known.law
    earlier = owed.earlier_answers(law, service, on, told.facts)
    is_today = on == told.reader.day
    # What time alone will change is told for today only: of a past day, it has already happened or not.
    ahead = told.known.ahead(standing.explanation) if is_today else owed.Ahead()
    found = why_words.why(told.reader, standing, earlier, ahead)
    if not is_today:
        return found
    ref = ids.show(told.profile.person_id)
    return replace(
        found,
        sheet_url=f"/people/{ref}/why/{service}/",
        apply=case_words.apply(told.profile.person_id, service, told.takes_in),
    )


def _standing_on(told: Answers, service: str, on: date) -> owed.Standing:
    standing = next((one for one in told.standings if one.code == service), None)
    if standing is None:
        raise Http404
    if on >= told.reader.day:
        return standing
    try:
        explanation = owed.explain(told.known.law, service, on, told.facts[on])
    except UnusableInput:
        raise Http404 from None
    windows = owed.windows_of(told.profile.person_id).get(service, [])
    status, window = owed.status_on(on, explanation.version, windows, explanation.answer.answer)
    return owed.Standing(explanation, status, window)


def why_sheet(request: HttpRequest, ref: str, service: str) -> HttpResponse:
    """Show one answer as a sheet for the person to take along."""
    profile = _found(ref)
    if profile is None or service not in catalogue.open_law().services:
        raise Http404
    audit.record("people.person.viewed", by=request.actor, subjects=[profile.person_id], detail={"service": service})
    told = _answers(request, profile)
    own = ids.show(profile.person_id)
    sheet = WhySheet(
        name=profile.name,
        ref=own,
        said=why_words.sheet_answer(_standing_on(told, service, told.reader.day)),
        why=_why(told, service, told.reader.day),
        day=owed.day_text(told.reader.day),
        person_url=f"/people/{own}/?service={service}",
    )
    places = org.places(clock.today())
    place = _place_of(request, profile, places)
    frame = build_frame(request, place_code=place, current="/people/", purpose=VISIT, known=places)
    return render(request, "console/why_sheet.html", {"frame": frame, "page": sheet})


def _day(text: str, today: date) -> date:
    """Return the past day asked for; today where it is no day of the last ten years."""
    day = read_day(text)
    return day if day and today.year - 10 <= day.year and day <= today else today


urlpatterns = [
    path("people/", people, name="people"),
    path("people/<str:ref>/", person, name="person"),
    path("people/<str:ref>/why/<str:service>/", why_sheet, name="why_sheet"),
]
