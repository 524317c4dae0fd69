"""Fills the pages of clerical review."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.http import urlencode

from tongdeng.audit.types import Actor
from tongdeng.delivery import selectors as delivery
from tongdeng.intake.exports import review
from tongdeng.kernel import clock, ids, names
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Place
from tongdeng.owed.selectors import day_text
from tongdeng.people import selectors as registry
from tongdeng.people.exports import comparing, merges
from tongdeng.people.types import Statement
from tongdeng.sites.console import review_words as words
from tongdeng.sites.console.frame import chosen_place
from tongdeng.sites.console.owed_page import due_words
from tongdeng.sites.console.person_words import place_text
from tongdeng.sites.console.view_models.owed import Filter
from tongdeng.sites.console.view_models.review import (
    DoubtLine,
    DoubtPage,
    RecordLine,
    ReviewPage,
    SideHead,
    TraitLine,
)
from tongdeng.sites.shell.frame import Choice, Fault, Link, Pager, Words
from tongdeng.sites.shell.typed import whole

HERE = "/review/"
PAGE = 50
KINDS = ("", *review.KINDS, "second", "later")
ALL = Text("全部", "All")
NO_NAME = Text("姓名不明", "Name not known")


@dataclass(frozen=True)
class Address:
    """The queue's address, kept while its doubts are worked through."""

    place: str
    home: str
    kind: str = ""
    page: int = 0

    @property
    def query(self) -> str:
        """Return the query that leads back to this part of the queue."""
        shown = {"kind": self.kind} if self.kind else {}
        shown |= {"place": self.place} if self.place != self.home else {}
        return urlencode(shown | ({"page": str(self.page + 1)} if self.page else {}))

    def url(self, base: str = HERE, **more: str | int) -> str:
        """Return an address of the family that remembers the queue."""
        query = "&".join(filter(None, (self.query, urlencode(more))))
        return f"{base}?{query}" if query else base

    def queue(self) -> review.Queue:
        """Return what the queue is asked for."""
        return review.Queue(self.place, self.kind, self.page)


def address_of(request: HttpRequest) -> Address:
    """Read the address; whatever is not known is as if it had not been asked."""
    kind, number = request.GET.get("kind", ""), whole(request.GET.get("page", ""), 5) or 1
    known = kind if kind in KINDS else ""
    return Address(chosen_place(request), str(request.user.post.lo), known, number - 1)


# ---- the queue ----


def queue_page(address: Address, by: Actor) -> tuple[ReviewPage, list[int]]:
    """Return the page and the persons it names."""
    found, counts = review.waiting(address.queue(), by), review.counts(address.place, by)
    total, first = found.count(), address.page * PAGE
    shown = list(found[first : first + PAGE])
    now = merges.currents(p for one in shown for p in (one.person_id, one.other_id))
    known, called = org.places(clock.today()), registry.names_of(set(now.values()))
    page = ReviewPage(
        doubts=tuple(
            _line(one, [called.get(now[p]) for p in (one.person_id, one.other_id)], known, address) for one in shown
        ),
        filters=tuple(
            Filter(
                words.KINDS[kind] if kind else ALL, counts[kind], replace(address, kind=kind, page=0).url(),
                kind == address.kind,
            )
            for kind in KINDS
            if kind in ("", address.kind) or counts[kind]
        ),
        pager=Pager(
            first + 1, first + len(shown), total,
            replace(address, page=address.page - 1).url() if address.page else "",
            replace(address, page=address.page + 1).url() if first + len(shown) < total else "",
        ),
        start=doubt_url(shown[0].pk, address) if shown else "",
        empty=_empty(address, counts),
        quality=f"{HERE}quality/",
    )  # fmt: skip
    return page, sorted(set(now.values()))


def doubt_url(doubt_id: int, address: Address, **more: str | int) -> str:
    """Return the address of one doubt inside its queue."""
    return address.url(f"{HERE}{doubt_id}/", **more)


def _line(
    doubt: review.Doubt, both: Iterable[str | None], known: Mapping[str, Place], address: Address
) -> DoubtLine:  # fmt: skip
    pair = [name for name in both if name] or [""]
    name: Words = " / ".join(dict.fromkeys(pair)) if pair[0] else NO_NAME
    signal, _ = due_words(doubt.due_on, clock.today())
    needs = None
    if doubt.ask_on > clock.today():
        asked, again = words.SETTLERS.get(doubt.settler, NOTHING), day_text(doubt.ask_on)
        needs = Text(f"{asked.zh}；{again.zh}再看", f"{asked.en}; again on {again.en}")
    elif doubt.first_verdict or doubt.needs_two:
        needs = words.KINDS["second"] if doubt.first_verdict else Text("要两个人判断", "Two persons decide")
    return DoubtLine(
        url=doubt_url(doubt.pk, address), names=name, question=words.KINDS[doubt.kind],
        place=place_text(known, doubt.territory), opened_on=doubt.opened_at.astimezone(clock.CHINA).date(),
        due_on=doubt.due_on, signal=signal, needs=needs,
    )  # fmt: skip


def _empty(address: Address, counts: dict[str, int]) -> Text:
    if address.kind and counts[""]:
        return Text("换一个筛选条件再看。", "Try another filter.")
    if counts["later"]:
        return Text("放回去的到日子会再出现。", "What was put back returns on its day.")
    return Text("名册导入时有新的疑问，会出现在这里。", "New doubts appear here when a roll is taken in.")


# ---- one doubt ----


def sides_of(doubt: review.Doubt) -> tuple[comparing.Side, comparing.Side]:
    """Return the two sides: two persons, or the record of a sample and the rest of its person's."""
    if doubt.kind == "sample":
        return comparing.record_sides(merges.current(doubt.person_id), [doubt.record_id or 0])
    return comparing.person_side(merges.current(doubt.person_id)), comparing.person_side(merges.current(doubt.other_id))


def services_of(person: int, side: comparing.Side) -> int:
    """Return how many services are recorded that hang on a side's records."""
    records = {one.record_id for one in side.statements}
    return sum(one.record_id in records for one in delivery.deliveries_of(person))


def doubt_page(
    doubt: review.Doubt, address: Address, by: Actor, faults: Sequence[Fault] = (), note: str = ""
) -> DoubtPage:
    """Return the page of one doubt as this reader may see and answer it."""
    left, right = sides_of(doubt)
    one, other = merges.current(doubt.person_id), merges.current(doubt.other_id)
    is_sample = doubt.kind == "sample"
    found = comparing.compare(left, right)
    waiting = [pk for (pk,) in review.waiting(address.queue(), by).values_list("pk")[:500]]
    position = waiting.index(doubt.pk) + 1 if doubt.pk in waiting else 0
    verdicts, notices = _answers(doubt, left, right, by)
    following = next_in(waiting, doubt.pk)
    heads = (record_head(left), person_head(one, right, WHAT_ELSE)) if is_sample else (
        person_head(one, left), person_head(other, right)
    )  # fmt: skip
    return DoubtPage(
        number=doubt.pk, question=words.SAMPLE_QUESTION if is_sample else words.QUESTION,
        why=words.why(doubt.kind, doubt.weights), heads=heads, traits=words.traits(found, doubt.weights),
        tallies=words.tallies(left, right, (services_of(one, left), services_of(other, right))),
        verdicts=verdicts, notices=notices, settlers=_settlers(doubt, found), position=position, total=len(waiting),
        action=f"{HERE}{doubt.pk}/decide", back=address.query, back_url=address.url(),
        skip_url=doubt_url(following, address) if following else "", note=note, faults=tuple(faults),
        undo_url=f"{HERE}{doubt.pk}/undo" if by.staff_id in review.judges_of(doubt) else "",
    )  # fmt: skip


WHAT_ELSE = Text("此人的其他记录", "this person's other records")


def next_in(waiting: Sequence[int], current: int) -> int | None:
    """Return the doubt that follows in the queue; behind the last one, the first."""
    after = waiting[waiting.index(current) + 1 :] if current in waiting else []
    return next(iter([*after, *(pk for pk in waiting if pk != current)]), None)


def person_head(person: int, side: comparing.Side, note: Text | None = None) -> SideHead:
    """Return the head of a person's column."""
    return SideHead(side.value("name") or NO_NAME, note or ids.show(person), f"/people/{ids.show(person)}/")


def record_head(side: comparing.Side) -> SideHead:
    """Return the head of a record's column."""
    first = side.statements[0] if side.statements else None
    return SideHead(
        side.value("name") or NO_NAME, words.shown(first.source) if first else Text("一条记录", "one record"), ""
    )


def _answers(
    doubt: review.Doubt, left: comparing.Side, right: comparing.Side, by: Actor
) -> tuple[tuple[Choice, ...], tuple[Text, ...]]:
    """Return the answers this reader may give, and what they should know before."""
    said = words.SAMPLE_VERDICTS if doubt.kind == "sample" else words.VERDICTS
    if doubt.closed_at is not None:
        verdict = said.get(doubt.verdict or "", NOTHING)
        names = org.staff_names([doubt.closed_staff_id] if doubt.closed_staff_id else [])
        who, at = "".join(names.values()), day_text(doubt.closed_at.astimezone(clock.CHINA).date())
        closed = Text(f"{who} {at.zh}判断：{verdict.zh}。", f"Answered by {who} on {at.en}: {verdict.en}.")
        return (), (closed,)
    if by.staff_id in review.judges_of(doubt):
        return (), (Text("您已经判断过，要由另一个人来看。", "You have answered; somebody else must look at it."),)
    if not left.statements or not right.statements:
        return (), (Text("其中一方已经没有记录，或不在您的范围内。", "One side has no records, or none you may see."),)
    two_numbers = doubt.kind != "sample" and comparing.are_two_numbers(left, right)
    offered = {value: text for value, text in said.items() if value != "same" or not two_numbers}
    notices = tuple(words.notices(doubt, two_numbers=two_numbers))
    return tuple(Choice(value, text) for value, text in offered.items()), notices


def _settlers(doubt: review.Doubt, found: Iterable[comparing.Trait]) -> tuple[Choice, ...]:
    """Offer who could settle it, the likeliest chosen: whoever sent the value that differs, else the person."""
    unlike = {one.name: one for one in found if one.level in ("near", "differs")}
    likely = "person"
    for trait in ("number", "born", "name", "guardian", "guardian_number"):
        if trait in unlike:
            told = unlike[trait].right or unlike[trait].left
            likely = told.source if told and told.source in review.SETTLERS else "police"
            break
    chosen = doubt.settler or likely
    return tuple(Choice(one, words.SETTLERS[one], one == chosen) for one in review.SETTLERS)


# ---- records of a person ----


def record_line(statement: Statement, chosen: Iterable[int] = ()) -> RecordLine:
    """Return one record in a few words; numbers are masked."""
    said = statement.values
    number = said.get("id_number") or said.get("id_claimed")
    told = [
        said.get("name"), names.mask_id(str(number)) if number else None, said.get("born_on"),
        said.get("address") or said.get("employer_name") or said.get("school"), said.get("service"),
    ]  # fmt: skip
    return RecordLine(
        statement.record_id, words.shown(statement.source), statement.row_on or statement.as_at,
        " · ".join(str(one) for one in told if one), statement.record_id in set(chosen),
    )  # fmt: skip


def compared(left: comparing.Side, right: comparing.Side) -> tuple[TraitLine, ...]:
    """Return a comparison that no model weighed."""
    return words.traits(comparing.compare(left, right), {})


def person_link(person: int) -> Link:
    """Return the way to a person's page."""
    ref = ids.show(person)
    return Link(registry.names_of([person]).get(person, ref), f"/people/{ref}/")
