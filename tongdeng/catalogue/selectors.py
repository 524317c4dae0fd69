"""Reads of the law."""

from datetime import date
from functools import lru_cache

from django.conf import settings

from tongdeng.rules import load
from tongdeng.rules.model import Law, Rhythm

SEALED_BUREAU, UNSEALED = "HEA", frozenset({"HEA-02"})
SEALED_CODES = 25  # HEA-01 to HEA-25
MEDICAL = frozenset("FG")  # confidentiality domains that only care may hold
EVENT_RHYTHMS = frozenset({Rhythm.PER_EVENT, Rhythm.CONTINUOUS})


@lru_cache(maxsize=1)
def law() -> Law:
    """Return the county's law, checked. Raises what `tongdeng.rules.load` raises for a faulty folder."""
    return load(settings.TONGDENG_LAW)


def is_sealed(service: str) -> bool:
    """Tell whether a service belongs behind the seal of care."""
    return service.startswith(SEALED_BUREAU) and service not in UNSEALED


def open_law() -> Law:
    """Return the law without the services that wait for care, and without the words that only they use."""
    whole = law()
    services = {code: service for code, service in whole.services.items() if not is_sealed(code)}
    facts = {name: fact for name, fact in whole.facts.items() if fact.domain not in MEDICAL}
    return Law(facts=facts, services=services, cases=(), digest=whole.digest)


def bureaus_of_services() -> dict[str, str]:
    """Return the bureau of every service code a roll may name.

    The sealed bureau's codes are known before its law files are, so that a roll is told to wait, not that it errs.
    """
    sealed = {f"{SEALED_BUREAU}-{number:02}": SEALED_BUREAU for number in range(1, SEALED_CODES + 1)}
    return {**sealed, **{code: service.bureau for code, service in law().services.items()}}


def effective_date(day: date) -> date:
    """Return the newest day on which any service's rules in force on `day` began: the version of the law shown."""
    return max(version.from_on for _, version in law().in_force_on(day))
