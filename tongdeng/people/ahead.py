"""Persons resolved anew, block by block: this process resolves one while the server writes the block before it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from tongdeng.org import selectors as org
from tongdeng.people import caches, identity, selectors
from tongdeng.people.types import Statement


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a block of persons comes to: whoever has no live record is silent, and each other has profile and keys."""

    silent: list[int]
    profiles: caches.Profiles
    keys: caches.Keys
    places: Mapping[int, str]  # where each profile lay until now


def resolved(blocks: Iterable[Sequence[int]], on: date) -> Iterator[Resolved]:
    """Yield each block of persons as their records say now. A block's rows are read before the former one is yielded:
    no two blocks may have a person in common."""  # fmt: skip
    resolve = _resolving(on)
    waiting: Future[Resolved] | None = None
    with ThreadPoolExecutor(1) as worker:
        for persons in blocks:
            rows = selectors.rows_of(persons)
            former, waiting = waiting, worker.submit(resolve, persons, rows, selectors.territories(persons))
            if former is not None:
                yield former.result()
        if waiting is not None:
            yield waiting.result()


def _resolving(on: date) -> Callable[[Sequence[int], list[selectors.Row], Mapping[int, str]], Resolved]:
    """Return what resolves a block; it runs beside the connection and must not use it."""
    ranks, successors, county = selectors.ranks(), org.successors(on), selectors.county_code(on)

    def resolve(persons: Sequence[int], rows: list[selectors.Row], places: Mapping[int, str]) -> Resolved:
        grouped: dict[int, list[Statement]] = defaultdict(list)
        for person, statement in selectors.opened(rows):
            grouped[person].append(statement)
        profiles, keys = {}, {}
        for person, statements in grouped.items():
            profile = identity.resolve(statements, ranks, on, successors)
            profiles[person] = profile, profile.community or county
            keys[person] = caches.keys_of(statements)
        return Resolved([person for person in persons if person not in grouped], profiles, keys, places)

    return resolve
