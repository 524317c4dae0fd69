"""The search page and the page of one person, as posts of different rights see them."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.databases import SmallCounty, owner_here
from tests.posts import COUNTY, EAST, WEST, signed_in
from tongdeng.kernel import ids, names
from tongdeng.people import records
from tongdeng.people.exports import search

FULL_NUMBER = re.compile(r"(?<!\d)99\d{15}[\dX](?!\d)")


@pytest.fixture(scope="module")
def worker(determined_county: SmallCounty) -> Client:
    """The worker of the eastern community."""
    return signed_in("worker", EAST)


@pytest.fixture(scope="module")
def somebody(determined_county: SmallCounty, as_job: Callable[..., object]) -> Callable[..., int]:
    """Find a person by a condition on people_identity `i`."""

    def find(condition: str, *values: object) -> int:
        with as_job("serve"), connection.cursor() as cursor:
            cursor.execute(f"SELECT i.person_id FROM people_identity i WHERE {condition} ORDER BY 1 LIMIT 1", values)
            return int(cursor.fetchone()[0])

    return find


@pytest.fixture(scope="module")
def neighbour(somebody: Callable[..., int]) -> int:
    """Somebody of the eastern community who has an id number."""
    return somebody("territory = %s AND id_sealed IS NOT NULL AND born_on < '2000-01-01'", EAST)


def identity_of(person: int) -> tuple[str, str, str]:
    """Return name, id number and phone from behind row security."""
    with owner_here() as owner:
        owner.execute("ALTER TABLE people_identity DISABLE ROW LEVEL SECURITY")
        row = owner.execute("SELECT name, id_sealed, phone_sealed FROM people_identity WHERE person_id = %s", [person])
        name, number, phone = row.fetchone()
        owner.execute("ALTER TABLE people_identity ENABLE ROW LEVEL SECURITY")
    return name, records.unseal_text(number) or "", records.unseal_text(phone) or ""


def last_entry(code: str) -> tuple[list[int], dict[str, object]]:
    """Return subjects and detail of the newest audit entry of a kind."""
    with owner_here() as owner:
        entry = owner.execute(
            "SELECT subjects, detail FROM audit_entry WHERE code = %s ORDER BY id DESC LIMIT 1", [code]
        )
        return entry.fetchone()


def page(client: Client, url: str, **headers: str) -> str:
    """Return a page's text."""
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, url
    return answer.content.decode()


def found(client: Client, query: str) -> str:
    """Return the page a query leads to."""
    return client.get("/people/", {"q": query}, follow=True).content.decode()


@pytest.mark.parametrize("how", ["name", "given", "pinyin", "initials", "beginning", "number", "phone"])
def test_a_person_is_found_by(how: str, neighbour: int, worker: Client) -> None:
    name, number, phone = identity_of(neighbour)
    pinyin = names.pinyin(name)
    queries = {
        "name": name, "given": name[1:], "pinyin": pinyin, "initials": names.tokens(name)[3],
        "beginning": pinyin[:-1].upper(), "number": number.lower(), "phone": phone,
    }  # fmt: skip
    text = found(worker, queries[how])
    assert f'href="/people/{ids.show(neighbour)}/"' in text or f"人员编号 {ids.show(neighbour)}" in text
    assert not FULL_NUMBER.search(text)


def test_a_search_is_recorded_by_counts_and_not_by_its_words(neighbour: int, worker: Client) -> None:
    name, *_ = identity_of(neighbour)
    page(worker, f"/people/?q={name}")
    subjects, detail = last_entry("people.search.made")
    assert neighbour in subjects
    assert detail == {"by": "name", "found": len(subjects)}


def test_a_list_that_was_opened_is_told_as_a_list_and_not_as_a_search(worker: Client) -> None:
    before = last_entry("people.search.made")
    page(worker, "/people/?q=nobody-of-this-name")
    assert last_entry("people.search.made") != before  # a search is told as one
    before = last_entry("people.search.made")
    page(worker, "/people/")
    assert last_entry("people.search.made") == before
    assert last_entry("people.list.viewed")[0]


def test_a_worker_finds_nobody_of_the_next_town(somebody: Callable[..., int], worker: Client) -> None:
    stranger = somebody("territory = %s AND id_sealed IS NOT NULL", WEST)
    name, number, _ = identity_of(stranger)
    link = f'href="/people/{ids.show(stranger)}/"'
    for query in (name, number, ids.show(stranger)):
        assert link not in found(worker, query)
    assert link in found(signed_in("clerk"), name)  # the control: there is somebody to find


def test_a_person_elsewhere_and_a_person_who_is_nobody_look_the_same(
    somebody: Callable[..., int], worker: Client
) -> None:
    stranger = ids.show(somebody("territory = %s", WEST))
    nobody = ids.show(ids.new_person_id())
    answers = [worker.get(f"/people/{ref}/") for ref in (stranger, nobody, "P-0000-0000-1")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert answers[0].content.decode() == answers[1].content.decode()


def test_a_look_at_a_person_is_recorded(neighbour: int, worker: Client) -> None:
    page(worker, f"/people/{ids.show(neighbour)}/?service=PSB-02")
    assert last_entry("people.person.viewed") == ([neighbour], {"service": "PSB-02"})


def test_the_page_shows_no_number_in_full(neighbour: int, worker: Client) -> None:
    _, number, phone = identity_of(neighbour)
    text = page(worker, f"/people/{ids.show(neighbour)}/")
    assert names.mask_id(number) in text
    assert number not in text
    assert phone not in text


def test_each_open_window_stands_on_the_page(as_job: Callable[..., object], worker: Client) -> None:
    with as_job("serve"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, count(*) FROM owed_window WHERE status = 'owed' AND domain <> 'E' AND territory = %s"
            " GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
            [EAST],
        )
        person, owed = cursor.fetchone()
    text = page(worker, f"/people/{ids.show(person)}/")
    section = text.split("<h3>应享未享</h3>")[1].split("<h3>")[0]
    assert section.count("<li>") == owed


def test_the_police_are_told_who_holds_what_they_do_not_see(neighbour: int) -> None:
    text = page(signed_in("police"), f"/people/{ids.show(neighbour)}/")
    assert "人力资源和社会保障局" in text.split("norights")[1]
    assert "健康服务由医疗机构管理" in text
    for service in ("HRS-", "EDU-", "CIV-", "MIB-"):
        assert f"?service={service}" not in text
    assert "?service=HRS-" in page(signed_in("clerk"), f"/people/{ids.show(neighbour)}/")


def test_a_service_of_another_post_has_no_explanation(neighbour: int) -> None:
    client, url = signed_in("police"), f"/people/{ids.show(neighbour)}/?service="
    assert client.get(url + "PSB-02").status_code == 200
    for service in ("HRS-02", "HEA-01", "XXX-99", "%00"):
        assert client.get(url + service).status_code == 404


def test_an_answer_alone_is_sent_to_a_page_that_is_open(neighbour: int, worker: Client) -> None:
    url = f"/people/{ids.show(neighbour)}/?service=PSB-02"
    part = page(worker, url, hx_request="true")
    assert part.strip().startswith('<section class="box" id="why"')
    assert part.strip() in page(worker, url)


def test_a_service_that_began_later_has_no_answer_for_that_day(neighbour: int, worker: Client) -> None:
    url = f"/people/{ids.show(neighbour)}/?service=CIV-07&on="
    assert "按2026年10月31日的法规" in page(worker, url + "2026-10-31")
    assert worker.get(url + "2023-10-31").status_code == 404


def test_the_community_sees_what_later_rolls_say_of_its_people(as_job: Callable[..., object], worker: Client) -> None:
    """The records of a roll that came after the first must lie where the person is."""
    with as_job("serve"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM people_record r JOIN people_link l ON l.record_id = r.id"
            " JOIN people_person p ON p.id = l.person_id WHERE r.territory <> p.territory"
        )
        assert cursor.fetchone() == (0,)


def test_a_query_that_finds_too_many_says_so(monkeypatch: pytest.MonkeyPatch, determined_county: SmallCounty) -> None:
    monkeypatch.setattr(search, "MOST", 3)
    assert "只列前 3 人" in page(signed_in("clerk"), "/people/?q=l")


@pytest.mark.parametrize("query", ["%00", "%F0%9F%98%80", "'; DROP TABLE people_person; --", "９", "9" * 300, "-", "%"])
def test_no_query_breaks_the_page(query: str, worker: Client) -> None:
    page(worker, f"/people/?q={query}")
    page(worker, f"/people/?page={query}")


def test_pages_of_a_place_follow_each_other_without_a_gap(determined_county: SmallCounty) -> None:
    client, found = signed_in("clerk"), []
    for number in range(1, 30):
        text = page(client, f"/people/?page={number}")
        found += re.findall(r'<a href="/people/(P-[\d-]+)/">', text)
        if 'rel="next"' not in text:
            break
    assert len(found) == len(set(found))
    assert f"共 {len(found):,} 项" in text


def test_the_frame_leads_to_no_place_outside_the_post(determined_county: SmallCounty, worker: Client) -> None:
    links = re.compile(r"place=(\d{12})")
    assert set(links.findall(page(worker, "/people/"))) <= {EAST}
    town = signed_in("town", "990101001000")
    text = page(town, f"/people/?place={EAST}")
    assert {code[:9] for code in links.findall(text)} == {"990101001"}
    assert f'<a href="/people/?place={EAST}" aria-current="true">' in text


def test_a_place_the_post_does_not_serve_gives_way_to_its_own(worker: Client) -> None:
    for place in (WEST, COUNTY, "", "x", "９" * 12, "990101001999"):
        assert "<span>东关社区</span>" in page(worker, f"/people/?place={place}"), place


def test_who_may_see_nobody_is_shown_nobody(determined_county: SmallCounty) -> None:
    auditor = signed_in("auditor")
    assert auditor.get("/people/").status_code == 403
    assert not {'href="/people/', 'href="/owed/'} & set(re.findall(r'href="/(?:people|owed)/', page(auditor, "/")))


def test_the_page_of_a_person_asks_nothing_twice(worker, neighbour):
    url = f"/people/{ids.show(neighbour)}/"
    asked = []
    for _ in range(3):  # the first reads what a process reads once, and now and then one looks for a new law
        with CaptureQueriesContext(connection) as made:
            assert worker.get(url).status_code == 200
        asked.append([one["sql"] for one in made])
    least = min(asked, key=len)
    assert [one for one, times in Counter(least).items() if times > 1] == []
    assert len(least) <= 32
