"""An explanation as plain data: what `explain` prints, with every sentence in both languages."""

from collections.abc import Mapping
from typing import Any

from tongdeng.kernel.errors import Text
from tongdeng.owed import plain
from tongdeng.owed.explain import Ahead, is_hidden
from tongdeng.rules.explain import Explanation


def as_json(explanation: Explanation, teller: plain.Teller, ahead: Ahead) -> dict[str, Any]:
    """Return an explanation with its sources, the law's digest, and what time or which office would change."""
    document: dict[str, Any] = explanation.as_json()
    document["law"] = teller.law.digest
    document["said"] = _both(plain.verdict(explanation))
    document["in_force"] = _both(plain.version_text(explanation.version))
    for shown, condition in zip(document["conditions"], explanation.conditions, strict=True):
        shown["said"] = _both(plain.used(teller, condition))
        for fact, evidence in zip(shown["facts"], condition.evidence, strict=True):
            told = "" if is_hidden(evidence.fact, teller.domains) else plain.told_by(evidence.fact, teller.newest)
            fact |= {
                "told_by": told or None,
                "as_at": str(teller.newest[told]) if told else None,
                "origin": _both(plain.origin(teller, evidence)),
            }
    _tell_changes(document["would_change"], explanation, teller, ahead)
    return document


def _tell_changes(changes: dict[str, Any], explanation: Explanation, teller: plain.Teller, ahead: Ahead) -> None:
    for change, condition in zip(changes["unmet"], explanation.unmet, strict=True):
        first = ahead.met_from.get(condition.condition.name)
        change |= {"met_from": str(first) if first else None, "needed": _both(plain.needed(teller.law, condition))}
    changes["yes_from"] = str(ahead.yes_from) if ahead.yes_from else None
    changes["evidence"] = [
        {
            "fact": one.fact.name,
            "held_by": one.bureau or None,
            "has_record": one.has_record,
            "ask_the_person": not one.bureau,
            **_both(one.said),
        }
        for one in plain.holders(teller, explanation)
    ]
    changes["said"] = [_both(said) for said in plain.changes(teller, explanation, ahead)]


def _both(text: Text) -> Mapping[str, str]:
    return {"zh": text.zh, "en": text.en}
