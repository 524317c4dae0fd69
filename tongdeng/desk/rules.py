"""law/desk.toml: terms, who acts, which papers may follow, thresholds; and the terms in a service's law file."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings

from tongdeng.desk.judging import Terms
from tongdeng.desk.types import HELD, SEEN, Act, Channel, Clock, Held, Kind, Leg, Role, Signal
from tongdeng.kernel.errors import Text
from tongdeng.rules import terms as said
from tongdeng.rules.model import Term, Version

CLERK = "clerk"


@lru_cache(maxsize=1)
def law() -> dict[str, Any]:
    """Return what the file says."""
    return tomllib.loads((settings.TONGDENG_LAW / "desk.toml").read_text(encoding="utf-8"))


def term(name: str) -> Leg:
    """Return a term of the county."""
    return Leg(**law()["terms"][name])


def desk_of(service: str) -> str:
    """Return the kind of post that decides about a service."""
    desks = law()["desks"]
    return str(desks.get(service) or desks.get(service.partition("-")[0]) or CLERK)


def desks_of(service: str) -> list[str]:
    """Return every kind of post before which the cases of a service lie: the window, the department, the heads."""
    roles = law()["roles"]
    return sorted({desk_of(service), *roles["clerk"], *roles["head"]})


def roles_in(kind: str, desk: str, *, is_county: bool) -> frozenset[Role]:
    """Return in which roles a kind of post acts on the cases of a desk."""
    roles, found = law()["roles"], set()
    if kind in roles["clerk"]:
        found.add(Role.CLERK)
    if kind == desk:
        found.add(Role.HANDLER)
    if kind in roles["head"] or (kind == desk and is_county):
        found.add(Role.HEAD)
    return frozenset(found)


def clerks() -> list[str]:
    """Return the kinds of post that take in, to whom anybody may hand a case."""
    return list(law()["roles"]["clerk"])


def headed_kinds(kind: str, *, is_county: bool) -> tuple[str, ...]:
    """Return the kinds of post whose head a kind of post is."""
    roles, desks = law()["roles"], law()["desks"]
    if kind in roles["head"]:
        return tuple(sorted({*roles["head"], *roles["clerk"], *desks.values()}))
    return (kind,) if is_county else ()


@lru_cache(maxsize=1)
def reasons() -> Mapping[str, Mapping[str, Text]]:
    """Return the reasons of each act that asks for one, by their codes."""
    return {
        act: {code: Text(one["zh"], one["en"]) for code, one in given.items()}
        for act, given in law()["reasons"].items()
    }


def terms_for(service: str) -> Terms:
    """Return what the file says for the cases of a service."""
    commitments = law()["commitments"]
    may = () if service in commitments["never"] else commitments["instead_of"]
    return Terms(reasons(), frozenset(law()["gaps"]["minor"]), frozenset(may))


def remedies() -> Text:
    """Return where somebody can turn who is refused."""
    return _text(law()["remedies"])


def remedy_organs() -> tuple[Text, Text]:
    """Return who reconsiders, and before which court one sues."""
    return _text(law()["remedies"]["reconsideration"]), _text(law()["remedies"]["court"])


def reconsider_by(received_on: date) -> date:
    """Return the last day on which whoever received a decision may ask for reconsideration."""
    return received_on + timedelta(days=int(law()["remedies"]["days"]))


def _text(words: Mapping[str, str]) -> Text:
    return Text(words["zh"], words["en"])


def kind_of(version: Version) -> Kind:
    """Return how a service is handled: at once where it promises no day at all."""
    return Kind.SAME_VISIT if version.promised is not None and version.promised.days == 0 else Kind.PROMISED


def paper_name(code: str) -> Text:
    """Return the word for a paper that the law asks for."""
    return said.named(code, said.terms(settings.TONGDENG_LAW).materials)


def held_text(code: str, held: Held) -> Text:
    """Return how it stands with a paper, in words."""
    return SEEN if held is Held.GIVEN and is_seen_only(code) else HELD[held]


def is_seen_only(code: str) -> bool:
    """Tell whether a paper is looked at and given back, since it tells of somebody's health."""
    return code in said.terms(settings.TONGDENG_LAW).seen_only


def quiet_minutes() -> int:
    """Return how long news of a package is gathered before the person is told, all at once."""
    return int(law()["packages"]["quiet_minutes"])


def batch_acts() -> tuple[Act, ...]:
    """Return what may be done with many cases at once: nothing that weighs one against the law."""
    return tuple(Act(one) for one in law()["batch"]["acts"])


def followed_stars() -> int:
    """Return up to how many stars a rating is followed up."""
    return int(law()["follow_up"]["stars"])


def follow_up_days() -> tuple[int, int]:
    """Return in how many working days somebody calls, and in how many it is answered."""
    said = law()["follow_up"]
    return int(said["contact_days"]), int(said["repair_days"])


def follow_up_outcomes() -> Mapping[str, Text]:
    """Return what can come of a bad rating, by its codes."""
    return {code: _text(one) for code, one in law()["follow_up"]["outcomes"].items()}


def longest_absence() -> int:
    """Return for how many days at most a post may have a deputy."""
    return int(law()["delegation"]["longest_days"])


@lru_cache(maxsize=1)
def _phrases() -> Mapping[str, Mapping[str, Text]]:
    said = tomllib.loads((settings.TONGDENG_LAW / "phrases.toml").read_text(encoding="utf-8"))
    return {act: {code: _text(one) for code, one in given.items()} for act, given in said.items()}


def phrases(act: Act) -> Mapping[str, Text]:
    """Return the texts that staff need not type each time, by their codes."""
    return _phrases().get(act.value, {})


def reply_days(signal: Signal) -> int:
    """Return in how many working days a supervision order of this colour is answered."""
    return int(law()["supervision"][signal.value])


def amber() -> tuple[int, float]:
    """Return the days and the share of a term that are left when its light turns amber."""
    signals = law()["signals"]
    return int(signals["amber_days"]), float(signals["amber_share"])


def _leg(term: Term | None) -> list[Leg]:
    return [Leg(term.days, term.kind)] if term else []


def legs(clock: Clock, *, version: Version | None, kind: Kind, channel: Channel) -> list[Leg]:
    """Return the term that a clock of a case is started with; none where nothing is promised."""
    if clock is Clock.STATUTORY:
        own = _leg(version.statutory if version else None)
        return own or [term("statutory_joint" if kind is Kind.JOINT else "statutory")]
    if clock is Clock.PROMISED:
        return _leg(version.promised if version else None)
    if clock is Clock.COMPLETENESS and channel is Channel.ONLINE:
        return [term("completeness_online")]
    return [term(clock.value)]


def extension(kind: Kind) -> list[Leg]:
    """Return by what a statutory term is lengthened, once."""
    return [term("extension_joint" if kind is Kind.JOINT else "extension")]
