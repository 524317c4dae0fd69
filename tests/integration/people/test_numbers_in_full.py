"""Numbers are masked; in full they are shown once, for a reason, and the person can see who looked."""

import pytest

from tests.databases import SmallCounty, logged_in_as, owner_here
from tests.posts import EAST, WEST, signed_in
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.kernel import ids
from tongdeng.people.exports import records
from tongdeng.people.models import Identity


@pytest.fixture(scope="module")
def somebody(small_county: SmallCounty) -> tuple[int, str, str]:
    """The id, number and phone of somebody who lives in the east."""
    with logged_in_as("job"), acting(command("test")):
        known = Identity.objects.exclude(id_sealed=None).exclude(phone_sealed=None)
        one = known.filter(territory=EAST).order_by("person_id").first()
        return one.person_id, records.unseal_text(one.id_sealed), records.unseal_text(one.phone_sealed)


def shown(page: object, somebody: tuple[int, str, str]) -> list[bool]:
    text = page.content.decode()
    return [word in text for word in somebody[1:]]


def test_a_person_page_shows_no_number_in_full(somebody):
    page = signed_in("worker", EAST).get(f"/people/{ids.show(somebody[0])}/")
    assert page.status_code == 200
    assert shown(page, somebody) == [False, False]
    assert "/numbers/" in page.content.decode()


def test_without_a_reason_nothing_is_shown_and_with_one_it_is_written_down(somebody):
    url, worker = f"/people/{ids.show(somebody[0])}/numbers/", signed_in("worker", EAST)
    asked, bare = worker.get(url), worker.post(url, {"reason": ""})
    assert (asked.status_code, bare.status_code) == (200, 422)
    assert shown(asked, somebody) == shown(bare, somebody) == [False, False]
    told = worker.post(url, {"reason": "contact"})
    assert shown(told, somebody) == [True, True]
    assert "no-store" in told["Cache-Control"]
    assert shown(worker.get(url), somebody) == [False, False]  # shown once
    with owner_here() as owner:
        entries = owner.execute(
            "SELECT subjects, purpose, detail FROM audit_entry WHERE code = 'people.numbers.revealed'"
        )
        assert entries.fetchall() == [([somebody[0]], "reveal", {"reason": "contact"})]


def test_to_another_community_the_page_does_not_exist(somebody):
    url, worker = f"/people/{ids.show(somebody[0])}/numbers/", signed_in("worker", WEST)
    assert worker.get(url).status_code == 404
    assert worker.post(url, {"reason": "contact"}).status_code == 404
