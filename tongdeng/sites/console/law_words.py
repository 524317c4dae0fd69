"""What a condition says, while it is being typed: its words, its first fault, and facts it might mean."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel.errors import Text
from tongdeng.rules import words, yaml_nodes
from tongdeng.rules.bundle import FACTS
from tongdeng.rules.faults import ExpressionFault
from tongdeng.rules.forms import Form
from tongdeng.rules.lexer import KEYWORDS
from tongdeng.rules.model import Fact, FactType
from tongdeng.rules.trial import try_condition
from tongdeng.rules.vocabulary import read_facts
from tongdeng.sites.console import law_rights

MOST_OFFERED = 6
LONGEST = 2000


@dataclass(frozen=True)
class Offer:
    """A fact, or a value of one, that could take the place of what was typed last."""

    insert: str
    over: str
    label: Text


@dataclass(frozen=True)
class ReadAs:
    """How a condition reads: in words, or with its fault."""

    said: Text | None
    fault: Text | None
    offers: tuple[Offer, ...] = ()


@lru_cache(maxsize=8)
def facts_in(text: str) -> Mapping[str, Fact]:
    """Return the vocabulary of a `facts.yaml`; nothing of one that is no YAML."""
    try:
        return MappingProxyType(read_facts(yaml_nodes.read(text.encode(), FACTS), Form(FACTS)))
    except yaml_nodes.YamlFault:
        return MappingProxyType({})


def read(text: str, facts: Mapping[str, Fact]) -> ReadAs:
    """Return how a condition reads; nothing for an empty one."""
    text = " ".join(text[:LONGEST].split())
    if not text:
        return ReadAs(None, None)
    try:
        return ReadAs(words.condition(try_condition(text, facts), facts), None)
    except ExpressionFault as fault:
        english = f"{fault.fact.en.rstrip('.')}. {fault.remedy.en}".strip()
        said = Text(fault.fact.zh + fault.remedy.zh, english)
        return ReadAs(None, said, tuple(_offers(text, facts)))


def _offers(text: str, facts: Mapping[str, Fact]) -> Iterable[Offer]:
    """Offer values after `code = `, else the facts whose name or label holds the word typed last."""
    compared = re.search(r"([a-z_][a-z0-9_]*)\s*(?:=|<>)\s*('?[^'\s]*)$", text)
    fact = facts.get(compared.group(1)) if compared else None
    if compared and fact and fact.type == FactType.CODE:
        yield from _values(fact, compared.group(2))
        return
    typed = re.search(r"[\w\u4e00-\u9fff]+$", text)
    if typed is None or typed.group() in KEYWORDS or typed.group() in facts:
        return
    wanted = typed.group().lower()
    found = [
        fact for fact in facts.values() if wanted in fact.name or wanted in fact.zh or wanted in fact.en.lower()
    ]  # fmt: skip
    found.sort(key=lambda fact: not (fact.name.startswith(wanted) or fact.zh.startswith(wanted)))
    for one in found[:MOST_OFFERED]:
        yield Offer(one.name, typed.group(), Text(one.zh, one.en or one.name))


def _values(fact: Fact, typed: str) -> Iterable[Offer]:
    wanted = typed.strip("'").lower()
    for value in fact.values:
        label = fact.value_labels.get(value) or Text(value, value)
        if wanted in value.lower() or wanted in label.zh or wanted in label.en.lower():
            yield Offer(f"'{value}'", typed, label)


@require_GET
def show_words(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Answer with the words of one condition of a draft, as it stands in its field."""
    law_rights.draft_of(request, draft_id)
    field = request.GET.get("field", "")
    reading = read(request.GET.get(field, ""), facts_in(catalogue.draft_files(draft_id)[FACTS]))
    return render(request, "console/_law_words.html", {"reading": reading, "field": field[:40]})


urlpatterns = [path("law/drafts/<int:draft_id>/words/", show_words, name="law_words")]
