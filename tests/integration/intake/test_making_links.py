"""Who makes submission links, for what, and how long they last."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.databases import SmallCounty
from tests.integration.intake.submitting import make
from tests.posts import EAST, WEST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.intake import actions
from tongdeng.intake.exports import links


def test_who_may_make_which_link(small_county: SmallCounty) -> None:
    for kind, makes in {"housing": ["tenants"], "hrss": ["workers"], "office": ["tenants", "workers"]}.items():
        page = signed_in(kind).get("/links/").content.decode()
        assert re.findall(r'href="/links/new/(\w+)/"', page) == makes
    assert signed_in("housing").get("/links/new/workers/").status_code == 404
    for kind in ("police", "clerk", "auditor", "admin", "nurse", "education"):
        client = signed_in(kind)
        assert [client.get(url).status_code for url in ("/links/", "/links/new/tenants/")] == [403, 403]


def test_a_worker_makes_links_of_the_own_community_only(small_county: SmallCounty) -> None:
    path = make("tenants", "worker", EAST, for_whom="东社区的", addresses="")
    assert "东社区的" in Client().get(path).content.decode()
    refused = signed_in("worker", EAST).post(
        "/links/new/tenants/", {"for_whom": "x", "community": WEST, "days": "1", "uses": "1"}
    )
    page = refused.content.decode()
    assert refused.status_code == 201
    assert "/submit/" in page
    with acting(staffed("office")):
        assert all(one.territory == EAST for one in links.links_in(EAST, str(int(EAST) + 1)))
    west = signed_in("worker", WEST).get("/links/").content.decode()
    assert "东社区的" not in west
    with acting(staffed("office")):
        found = next(one.pk for one in links.links_in("990101000000", "990102000000") if one.for_whom == "东社区的")
    assert signed_in("worker", WEST).post(f"/links/{found}/revoke").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"for_whom": " "}, "for_whom"),
        ({"days": "31"}, "days"),
        ({"days": "0"}, "days"),
        ({"days": "x"}, "days"),
        ({"uses": "51"}, "uses"),
        ({"community": "990101999999"}, "community"),
        ({"addresses": "\n".join(["和平路1号"] * 51)}, "addresses"),
    ],
)
def test_a_faulty_form_is_said_at_its_field(changes: dict[str, str], field: str, small_county: SmallCounty) -> None:
    given = {"for_whom": "物业", "community": EAST, "addresses": "", "days": "7", "uses": "1"} | changes
    answer = signed_in("housing").post("/links/new/tenants/", given)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.content.decode()


def test_an_employer_needs_a_name_and_a_code_that_is_one(small_county: SmallCounty) -> None:
    given = {"for_whom": "单位", "employer_name": "", "employer_code": "91110000000000000X", "days": "7", "uses": "1"}
    page = signed_in("hrss").post("/links/new/workers/", given).content.decode()
    assert 'id="employer_name-fault"' in page
    assert 'id="employer_code-fault"' in page


def test_a_link_lasts_as_long_as_it_says(small_county: SmallCounty) -> None:
    make(days="30")
    with acting(staffed("housing")):
        link = links.links_in("990101000000", "990102000000")[0]
    assert link.expires_at - link.made_at == timedelta(days=30)
    with acting(staffed("housing")) as by, pytest.raises(ValueError, match="limits"):
        actions.make_link(
            wanted=actions.NewLink("tenants", "x", EAST, days=31, uses=1), by=by
        )  # fmt: skip
