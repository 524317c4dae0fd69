"""The page and the command tell the same figures, place by place."""

import json
import re

import pytest

from tests.posts import signed_in


@pytest.fixture(scope="module")
def figures(determined_county):
    """The county with everyone determined."""
    return determined_county


def cells(page: str) -> dict[str, tuple[int, int]]:
    """Return numerator and denominator of each row of a measure's table."""
    rows = re.findall(
        r'<tr[^>]*><td class="who">(.*?)</td><td class="n">([\d,]+)</td><td class="n">([\d,]+)</td>', page
    )
    plain = ((re.sub(r"<[^>]+>", "", name), a, n) for name, a, n in rows)
    return {name: (int(a.replace(",", "")), int(n.replace(",", ""))) for name, a, n in plain}


@pytest.mark.parametrize("code", ["S1a", "S1b", "S1c", "S9"])
def test_each_town_has_the_commands_numbers_on_the_page(figures, tongdeng, code):
    from tongdeng.kernel import clock
    from tongdeng.org import selectors as org

    said = json.loads(tongdeng("measures", "--by", "county,town", "--json").stdout)
    names = {place: one.name_zh for place, one in org.places(clock.today()).items()}
    expected = {names[row["division"]]: (row["numerator"], row["denominator"]) for row in said if row["code"] == code}
    assert cells(signed_in("office").get(f"/measures/{code}/?by=town").content.decode()) == expected


def test_the_home_page_shows_the_countys_coverage(figures, tongdeng):

    said = json.loads(tongdeng("measures", "--json").stdout)
    row = next(one for one in said if one["code"] == "S1a")
    page = signed_in("office").get("/").content.decode()
    assert f"{row['numerator']:,} / {row['denominator']:,}" in page
    assert f"{row['value'] * 100:.1f}" in page
    assert "不含卫生健康类" in page
