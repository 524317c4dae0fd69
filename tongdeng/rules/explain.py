"""Why one person gets this answer, and what would change it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.rules import tree
from tongdeng.rules.engines.memory import Facts, answer_of, evaluate
from tongdeng.rules.faults import nearest
from tongdeng.rules.model import Answer, Condition, Fact, Law, Plain, Service, Value, Version

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact a condition reads, with what we know of it."""

    fact: Fact
    value: Value

    def as_json(self) -> Plain:
        """Return the fact, its value, and who says or could say it."""
        fact = self.fact
        shown = fact.value_labels.get(str(self.value))
        return {
            "fact": fact.name,
            "zh": fact.zh,
            "en": fact.en,
            "value": _plain(self.value),
            "value_zh": shown.zh if shown else None,
            "value_en": shown.en if shown else None,
            "unit": fact.unit,
            "source": fact.source,
            "holder": fact.holder,
        }


@dataclass(frozen=True, slots=True)
class ExplainedCondition:
    """One condition for one person. `needs` are the parts that would have to turn out differently, as written;
    `needed` are the same parts as trees that would then be true.
    """

    condition: Condition
    state: str
    evidence: tuple[Evidence, ...]
    needs: tuple[str, ...]
    settled_by: tuple[str, ...]
    needed: tuple[tree.Node, ...] = ()

    @property
    def label(self) -> Text:
        """Return the condition's label; its name where the law gives none."""
        return self.condition.label or Text(self.condition.name, self.condition.name)

    def as_json(self) -> dict[str, Plain]:
        """Return the condition with its evidence."""
        return {
            "name": self.condition.name,
            "zh": self.label.zh,
            "en": self.label.en,
            "text": self.condition.text,
            "state": self.state,
            "facts": [evidence.as_json() for evidence in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer for one person and service on a day, condition by condition."""

    service: Service
    version: Version
    as_of: date
    answer: Answer
    conditions: tuple[ExplainedCondition, ...]

    @property
    def unmet(self) -> tuple[ExplainedCondition, ...]:
        """Return the smallest set of conditions that would have to be met: all that are not, since all must hold."""
        return tuple(condition for condition in self.conditions if condition.state == UNMET)

    @property
    def unknown(self) -> tuple[ExplainedCondition, ...]:
        """Return the conditions that cannot be judged yet."""
        return tuple(condition for condition in self.conditions if condition.state == UNKNOWN)

    def as_json(self) -> dict[str, Plain]:
        """Return the explanation as `explain --json` prints it."""
        version = self.version
        return {
            "service": self.service.code,
            "zh": self.service.name.zh,
            "en": self.service.name.en,
            "bureau": self.service.bureau,
            "as_of": self.as_of.isoformat(),
            "answer": str(self.answer.answer),
            "version": {"from": version.from_on.isoformat(), "until": _plain(version.until)},
            "provision": version.provision,
            "basis": [
                {"zh": clause.text.zh, "en": clause.text.en, "checked": clause.checked, "url": clause.url}
                for clause in version.basis
            ],
            "conditions": [condition.as_json() for condition in self.conditions],
            "would_change": {
                "unmet": [{"condition": each.condition.name, "needs": list(each.needs)} for each in self.unmet],
                "unknown": [
                    {
                        "condition": each.condition.name,
                        "facts": [_holder(e.fact) for e in each.evidence if e.fact.name in each.settled_by],
                    }
                    for each in self.unknown
                ],
            },
        }


def explain(law: Law, code: str, day: date, facts: Facts) -> Explanation | None:
    """Explain one service to one person; None where it is not in force on that day."""
    service = law.services.get(code)
    if service is None:
        fact = Text(f"没有事项 {code}。", f"there is no service {code}.")
        raise UnusableInput("rules.service.unknown", fact, place=code, remedy=nearest(code, law.services))
    version = service.version_on(day)
    if version is None:
        return None
    conditions = tuple(_explained(law, condition, facts, day) for condition in version.conditions)
    unmet, unknown = ([one.condition.name for one in conditions if one.state == state] for state in (UNMET, UNKNOWN))
    return Explanation(service, version, day, answer_of(unmet, unknown), conditions)


def _explained(law: Law, condition: Condition, facts: Facts, day: date) -> ExplainedCondition:
    held = evaluate(condition.tree, facts, day)
    needed = (_needs(condition.tree, True, facts, day) or ()) if held is False else ()
    return ExplainedCondition(
        condition=condition,
        state=UNKNOWN if held is None else MET if held else UNMET,
        evidence=tuple(Evidence(law.facts[name], facts.get(name)) for name in _named(condition.tree)),
        needs=tuple(_said(condition.text, node, wanted) for node, wanted in needed),
        settled_by=tuple(dict.fromkeys(_open_facts(condition.tree, facts, day))) if held is None else (),
        needed=tuple(node if wanted else tree.Not(node.start, node.end, node) for node, wanted in needed),
    )


@lru_cache(maxsize=20_000)
def _named(node: tree.Node) -> tuple[str, ...]:
    return tree.facts_in(node)


def _needs(node: tree.Node, wanted: bool, facts: Facts, day: date) -> tuple[tuple[tree.Node, bool], ...] | None:
    """Return the fewest parts that must change for a node to be `wanted`; None where nothing can change it."""
    if evaluate(node, facts, day) is wanted:
        return ()
    match node:
        case tree.Not(of=of):
            return _needs(of, not wanted, facts, day)
        case tree.And(parts=parts) | tree.Or(parts=parts):
            found = [_needs(part, wanted, facts, day) for part in parts]
            possible = [each for each in found if each is not None]
            if isinstance(node, tree.And) is wanted:
                return tuple(each for some in possible for each in some) if len(possible) == len(found) else None
            return min(possible, key=len, default=None)
        case _:
            return ((node, wanted),) if _named(node) else None


def _said(text: str, node: tree.Node, wanted: bool) -> str:
    part = text[node.start : node.end]
    return part if wanted else f"not ({part})"


def _open_facts(node: tree.Node, facts: Facts, day: date) -> tuple[str, ...]:
    """Return the unknown facts that keep a node from being known."""
    if evaluate(node, facts, day) is not None:
        return ()
    if isinstance(node, tree.Not | tree.And | tree.Or):
        return tuple(name for part in tree.children(node) for name in _open_facts(part, facts, day))
    return tuple(name for name in _named(node) if facts.get(name) is None)


def _holder(fact: Fact) -> Plain:
    return {"fact": fact.name, "zh": fact.zh, "en": fact.en, "source": fact.source, "holder": fact.holder}


def _plain(value: Value) -> Plain:
    if isinstance(value, Decimal | date):
        return str(value)
    return value
