"""The law that is published: read once, known by its digest, and looked for again about once a second."""

import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache

from django.db import connection

from tongdeng.catalogue.errors import altered, unknown
from tongdeng.catalogue.models import Bundle, Publication
from tongdeng.catalogue.types import State
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.rules.bundle import digest_of
from tongdeng.rules.loader import load_files
from tongdeng.rules.model import Law, Rhythm

SEALED_BUREAU, UNSEALED = "HEA", frozenset({"HEA-02"})
SEALED_CODES = 25  # HEA-01 to HEA-25
MEDICAL = frozenset("FG")  # confidentiality domains that only care may hold
EVENT_RHYTHMS = frozenset({Rhythm.PER_EVENT, Rhythm.CONTINUOUS})
LOOK_AGAIN_SECONDS = 1.0
SHORTEST_PREFIX = 8
_seen: dict[str, tuple[str, float]] = {}  # database -> digest, and when it was looked for


def look_again() -> None:
    """Forget which law is the current one; what was read of laws stays, for a digest names one for ever."""
    _seen.clear()


def newest_digest() -> str:
    """Return the digest of the law published last, as this transaction sees it. Raises UnusableInput without any."""
    published = Publication.objects.filter(state=State.PUBLISHED).order_by("-number")
    digest = published.values_list("bundle_id", flat=True).first()
    if digest is None:
        raise UnusableInput(
            "catalogue.law.none", Text("还没有公布法规", "no law is published yet"),
            remedy=Text("运行 tongdeng doctor", "run `tongdeng doctor`"),
        )  # fmt: skip
    return digest


def current_digest() -> str:
    """Return the digest of the current law; another process's publication is noticed within about a second."""
    database, now = str(connection.settings_dict["NAME"]), time.monotonic()
    known = _seen.get(database)
    if known is None or now - known[1] >= LOOK_AGAIN_SECONDS:
        known = _seen[database] = (newest_digest(), now)
    return known[0]


def law() -> Law:
    """Return the county's published law."""
    return law_of(current_digest())


def open_law() -> Law:
    """Return the published law without the services that wait for care, and without the words that only they use."""
    return _opened(current_digest())


def bundle_files(digest: str) -> dict[str, str]:
    """Return the files of a law by path. Raises UnusableInput where no law has this digest."""
    files = Bundle.objects.filter(pk=digest).values_list("files", flat=True).first()
    if files is None:
        raise unknown("bundle", digest[:12])
    return dict(files)


def digest_of_prefix(prefix: str) -> str:
    """Return the digest that begins so. Raises UnusableInput where none does, or several do."""
    found = Bundle.objects.filter(pk__startswith=prefix.strip().lower()).values_list("pk", flat=True)[:2]
    if len(prefix.strip()) < SHORTEST_PREFIX or len(found) != 1:
        raise unknown("bundle", prefix[:64])
    return str(found[0])


@lru_cache(maxsize=16)
def law_of(digest: str) -> Law:
    """Return the law a digest names. Raises CheckFailed where its files were altered in the database."""
    files = as_bytes(bundle_files(digest))
    if digest_of(files) != digest:
        raise altered(digest)
    return load_files(files)


def as_bytes(files: dict[str, str]) -> dict[str, bytes]:
    """Return the same files as the rules read them."""
    return {path: text.encode() for path, text in files.items()}


def is_sealed(service: str) -> bool:
    """Tell whether a service belongs behind the seal of care."""
    return service.startswith(SEALED_BUREAU) and service not in UNSEALED


def opened(whole: Law) -> Law:
    """Return a law without what waits for care."""
    services = {code: service for code, service in whole.services.items() if not is_sealed(code)}
    facts = {name: fact for name, fact in whole.facts.items() if fact.domain not in MEDICAL}
    return replace(whole, facts=facts, services=services, cases=(), schedules={})


@lru_cache(maxsize=16)
def _opened(digest: str) -> Law:
    return opened(law_of(digest))


def digest_known_on(day: date) -> str:
    """Return the digest of the law that was the published one at the end of a day.

    Before the first publication it is the law the county began with: the register knew nobody then.
    """
    published = Publication.objects.filter(state=State.PUBLISHED)
    end = datetime.combine(day + timedelta(days=1), clock_time(), tzinfo=clock.CHINA)
    then = published.filter(decided_at__lt=end).order_by("-number").values_list("bundle_id", flat=True).first()
    first = published.order_by("number").values_list("bundle_id", flat=True).first()
    return then or first or newest_digest()


def law_known_on(day: date) -> Law:
    """Return the law that was published at the end of a day."""
    return law_of(digest_known_on(day))


def open_law_known_on(day: date) -> Law:
    """Return the same without what waits for care."""
    return _opened(digest_known_on(day))
