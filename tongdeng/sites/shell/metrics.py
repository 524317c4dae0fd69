"""`/metrics` for whoever watches the machine, in Prometheus' text form: counts and seconds, nothing about anybody."""

import hmac
import os
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.decorators.http import require_GET

from tongdeng.audit import selectors as audit
from tongdeng.kernel import clock
from tongdeng.sites.shell.arrivals import is_local
from tongdeng.sites.shell.counters import BUCKETS, Counters

TEXT = "text/plain; version=0.0.4; charset=utf-8"
UNKNOWN = "(none)"  # no such address
JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1"
Sample = tuple[str, float]  # labels in braces or nothing, value


def _names(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


@lru_cache(maxsize=1)
def _counters_of(process: int) -> Counters:
    # By process: a forked one must not write into its parent's file.
    return Counters(settings.TONGDENG_COUNTERS, (*sorted(set(_names(get_resolver().url_patterns))), UNKNOWN))


def counters() -> Counters:
    """Return this process's counters."""
    return _counters_of(os.getpid())


class Counted:
    """Counts every answer by the name of its route, never by its address: addresses name people."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.url_name if match and match.url_name else UNKNOWN
        counters().count(route, response.status_code, time.perf_counter() - begun)
        return response


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a program on this machine, or one that knows the token; for others there is no such page."""
    given, wanted = request.headers.get("Authorization", ""), f"Bearer {settings.TONGDENG_METRICS_TOKEN()}"
    if not is_local(request) and not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Http404
    return HttpResponse("\n".join([*_requests(), *_database()]) + "\n", content_type=TEXT)


def _family(name: str, kind: str, help_text: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help_text}"
    yield f"# TYPE {name} {kind}"
    yield from (f"{name}{labels} {value:.10g}" for labels, value in samples)


def _requests() -> Iterator[str]:
    name = "tongdeng_request_seconds"
    yield f"# HELP {name} Time to answer, by route and status."
    yield f"# TYPE {name} histogram"
    for line in counters().lines():
        labels, below = f'route="{line.route}",status="{line.status or "other"}"', 0.0
        for limit, count in zip((*(f"{one:g}" for one in BUCKETS), "+Inf"), line.buckets, strict=True):
            below += count
            yield f'{name}_bucket{{{labels},le="{limit}"}} {below:.10g}'
        yield f"{name}_sum{{{labels}}} {line.seconds:.10g}"
        yield f"{name}_count{{{labels}}} {below:.10g}"


def _database() -> Iterator[str]:
    try:
        pulse = audit.pulse()
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            jobs = [(f'{{state="{state}"}}', float(count)) for state, count in cursor.fetchall()]
    except DatabaseError:
        yield from _family("tongdeng_database_up", "gauge", "Whether the database answers.", [("", 0)])
        return
    yield from _family("tongdeng_database_up", "gauge", "Whether the database answers.", [("", 1)])
    yield from _family("tongdeng_jobs", "gauge", "Background jobs by state.", jobs)
    lag = (clock.now() - pulse.oldest_at).total_seconds() if pulse.oldest_at else 0
    yield from _family("tongdeng_audit_unsealed", "gauge", "Entries that no seal covers yet.", [("", pulse.unsealed)])
    yield from _family("tongdeng_audit_seal_lag_seconds", "gauge", "Age of the oldest such entry.", [("", max(lag, 0))])
    yield from _family("tongdeng_audit_seals", "counter", "Seals in the chain.", [("", pulse.seals)])
    if pulse.checked_at:
        yield from _family(
            "tongdeng_audit_chain_ok", "gauge", "Whether the last recomputation held.", [("", float(pulse.is_ok))]
        )
        yield from _family(
            "tongdeng_audit_checked_timestamp_seconds", "gauge", "When that was.", [("", pulse.checked_at.timestamp())]
        )
