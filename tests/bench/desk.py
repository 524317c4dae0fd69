"""The desk under load: 400 people submit at once, each twice, on two cores; and the database restarts meanwhile.

What counts is first that nobody's application is lost and nobody's is doubled, then how long an answer takes.
"""

import http.client
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.pages import serving

PEOPLE, APPLICANTS = 1_500, 400
PATIENCE = 120.0  # seconds in which somebody tries again while the database is away
FORM = re.compile(r'name="(csrfmiddlewaretoken|token)" value="([^"]+)"')


@dataclass(frozen=True)
class Applicant:
    """Somebody who has the form of an application before them."""

    person_id: int
    service: str
    cookie: str
    form: dict[str, str]


def bench_desk(folder: Path, most: int) -> None:
    """Print how 400 applications sent at once fare, and 400 more while the database restarts."""
    from tests.bench.explain import take_county

    take_county(folder, PEOPLE)
    cookies = _signed_in(most)
    first, second = _services()
    with serving() as port:
        for service, name in ((first, "at once"), (second, "at once, the database restarting meanwhile")):
            with ThreadPoolExecutor(8) as opening:
                applicants = list(opening.map(partial(_with_form, port, service), cookies))
            restart = threading.Timer(0.5, _restart) if service == second else None
            if restart:
                restart.start()
            begun = time.perf_counter()
            told = _storm(port, applicants)
            seconds = time.perf_counter() - begun
            if restart:
                restart.join()
            _say(name, applicants, told, seconds)


def _services() -> tuple[str, str]:
    """Return two services that ask for no papers: what is sent is submitted at once, with its receipt."""
    from tongdeng.access import selectors as access
    from tongdeng.catalogue import selectors as catalogue
    from tongdeng.kernel import clock

    found = [
        code
        for code, one in sorted(catalogue.open_law().services.items())
        if (version := one.version_on(clock.today())) and not version.materials
        and access.service_domain(code) in access.domains_of("self")
    ]  # fmt: skip
    return found[0], found[1]


def _signed_in(most: int) -> list[tuple[int, str]]:
    """Return people of the register with the cookie of a session at /my/: signing in is measured elsewhere."""
    from django.db import connection

    from tests.databases import logged_in_as
    from tongdeng.access.selectors import acting
    from tongdeng.access.types import DESK
    from tongdeng.audit.types import job
    from tongdeng.sites.portal.session import PERSON, SINCE, ResidentStore

    with logged_in_as("job"), acting(job(DESK)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM people_identity WHERE is_placed AND id_sealed IS NOT NULL ORDER BY 1 LIMIT %s",
            [most],
        )
        persons = [row[0] for row in cursor.fetchall()]
    made = []
    for person in persons:
        store = ResidentStore()
        store[PERSON], store[SINCE] = person, time.time()
        store.save()
        made.append((person, str(store.session_key)))
    return made


def _with_form(port: int, service: str, signed_in: tuple[int, str]) -> Applicant:
    person, session = signed_in
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", f"/my/apply/{service}/", headers={"Cookie": f"tongdeng_my={session}"})
    answer = line.getresponse()
    body, sent = answer.read().decode(), answer.headers.get_all("Set-Cookie") or []
    line.close()
    assert answer.status == 200, (answer.status, body[:500])
    token = next(one.partition("csrftoken=")[2].partition(";")[0] for one in sent if "csrftoken=" in one)
    return Applicant(person, service, f"tongdeng_my={session}; csrftoken={token}", dict(FORM.findall(body)))


def _storm(port: int, applicants: list[Applicant]) -> list[tuple[float, int, str]]:
    """Have everybody press twice at the same moment; whoever gets no answer presses again, as people do."""
    told: list[tuple[float, int, str]] = []
    guard, ready = threading.Lock(), threading.Barrier(2 * len(applicants))

    def press(one: Applicant) -> None:
        ready.wait()
        begun, status, where = time.perf_counter(), 0, ""
        while status != 302 and time.perf_counter() - begun < PATIENCE:
            status, where = _post(port, one)
            if status != 302:
                time.sleep(0.5)
        with guard:
            told.append((time.perf_counter() - begun, status, where))

    threads = [threading.Thread(target=press, args=(one,)) for one in applicants for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _post(port: int, one: Applicant) -> tuple[int, str]:
    try:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": one.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", f"/my/apply/{one.service}/", urlencode(one.form), headers)
        answer = line.getresponse()
        answer.read()
        line.close()
    except (OSError, http.client.HTTPException):
        return 0, ""
    return answer.status, answer.headers.get("Location", "")


def _restart() -> None:
    """Stop the database as an operator would, and start it again."""
    from tongdeng import postgres
    from tongdeng.postgres import embedded

    postgres.stop(postgres.home())
    embedded.start(postgres.home())


def _say(name: str, applicants: list[Applicant], told: list[tuple[float, int, str]], seconds: float) -> None:
    """Print what came of it, counted in the database."""
    from tests.databases import logged_in_as
    from tongdeng.access.selectors import acting
    from tongdeng.access.types import DESK
    from tongdeng.audit.types import job
    from tongdeng.desk import selectors as desk
    from tongdeng.notify.models import Letter
    from tongdeng.papers.models import Paper

    persons, service = [one.person_id for one in applicants], applicants[0].service
    with logged_in_as("job"), acting(job(DESK)):
        cases = list(desk.Case.objects.filter(person_id__in=persons, service=service))
        each = Counter(one.person_id for one in cases)
        numbers = [one.pk for one in cases]
        papers = Paper.objects.filter(subject_id__in=numbers, kind="receipt")
        letters_of = Letter.objects.filter(subject_id__in=numbers, kind="case.received")
        receipts, letters = (Counter(one.values_list("subject_id", flat=True)) for one in (papers, letters_of))
        differing = desk.differing(cases)
    taken = sorted(one[0] for one in told)
    p95 = taken[min(int(len(taken) * 0.95), len(taken) - 1)]
    lost = sum(each[person] == 0 for person in persons) + sum(one.state == "draft" for one in cases)
    doubled = sum(count > 1 for count in (*each.values(), *receipts.values(), *letters.values()))
    complete = sum(receipts[one] == 1 and letters[one] == 1 for one in numbers)
    rate = len(told) / seconds
    print(f"{len(persons)} people submit {name}, each twice: {seconds:.1f} s, {rate:.0f} answers a second")
    wrong = len(differing)
    print(f"  lost {lost}, doubled {doubled}, with one receipt and letter {complete}, unlike their events {wrong}")
    silent = sum(one[1] != 302 for one in told)
    print(f"  unanswered {silent}, p50 {taken[len(taken) // 2]:.2f} s, p95 {p95:.2f} s")
