"""Every page with invented values: what the content policy, two languages and a reader without script need."""

import re

import pytest
import sample_pages
from sample_values import home_page

from tongdeng.sites.console.view_models.home import FigureCard

sample_pages.configure()
NAMES = list(sample_pages.pages("zh"))
BOTH = pytest.mark.parametrize("lang", sample_pages.LANGUAGES)
CHINESE = re.compile("[\u4e00-\u9fff]")


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_a_page_lives_under_a_strict_content_policy(name, lang):
    html = sample_pages.render(name, lang)
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son\w+=", html)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)
    assert "javascript:" not in html


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_no_doubled_ids_and_labels_point_at_fields(name, lang):
    html = sample_pages.render(name, lang)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    for target in re.findall(r'(?:for|aria-labelledby|aria-describedby)="([^"]+)"', html):
        assert target in ids


@pytest.mark.parametrize("name", [name for name in NAMES if name[0] not in "45" and name != "owed_saved"])
def test_an_english_page_keeps_chinese_only_for_names_and_the_switch(name):
    html = sample_pages.render(name, "en")
    known = {"中文"}
    for tag in re.findall(r"<(h1|h2|h3|th|dt|legend|button|label)\b[^>]*>([^<]+)", html):
        text = tag[1].strip()
        assert text in known or not CHINESE.search(text) or text in {"赵春梅", "新设乡"}, text


@pytest.mark.parametrize("name", [name for name in NAMES if name != "owed_saved"])
def test_a_page_has_one_main_heading_and_names_its_language(name):
    html = sample_pages.render(name, "zh-hans")
    assert html.count("<h1") == 1
    assert '<html lang="zh-CN">' in html


def test_no_form_waits_for_a_script():
    for name in NAMES:
        for form in re.findall(r"<form\b[^>]*>", sample_pages.render(name, "zh-hans")):
            assert "method=" in form or 'role="search"' in form


def test_a_fresh_record_has_no_result_chosen():
    html = sample_pages.render("owed", "zh-hans")
    assert not re.search(r'name="result"[^>]*checked', html)


def test_a_record_sent_back_keeps_what_was_chosen_and_points_at_the_fault():
    html = sample_pages.render("owed_faults", "zh-hans")
    assert re.search(r'value="declined" checked', html)
    assert 'aria-describedby="service-fault"' in html


def test_the_trend_stands_in_the_page_as_a_table_too():
    html = sample_pages.render("home", "zh-hans")
    assert html.count('<tr><td class="lead num">20') == 23


def test_a_card_says_how_many_are_missing_to_the_target():
    assert home_page().cards[0].missing == 2159


def test_a_target_met_exactly_misses_nobody():
    card = home_page().cards[0]
    assert FigureCard(card.title, 19, 20, 0.95, card.unit, target=0.95).missing == 0
