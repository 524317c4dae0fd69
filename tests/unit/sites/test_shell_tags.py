"""Words, numbers, dates and marks."""

from datetime import date, datetime

import pytest
import sample_pages
from django.template import Context, Engine
from django.utils import translation

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.templatetags import shell

sample_pages.configure()


def draw(source: str, lang: str = "zh-hans", **values: object) -> str:
    """Render a line of template in one language."""
    engine = Engine(libraries={"shell": "tongdeng.sites.shell.templatetags.shell"})
    with translation.override(lang):
        return engine.from_string("{% load shell %}" + source).render(Context(values))


@pytest.mark.parametrize(("share", "shown"), [(0.9130853, "91.3"), (1.0, "100.0"), (0.0, "0.0"), (None, "n/a")])
def test_a_share_is_shown_with_one_decimal_and_a_zero_denominator_as_not_applicable(share, shown):
    assert shell.percent(share) == shown


def test_a_target_is_shown_as_the_round_number_it_is():
    assert [shell.goal(0.95), shell.goal(0.965)] == ["95%", "96.5%"]


def test_a_difference_has_a_sign_that_is_a_minus_and_not_a_hyphen():
    assert [shell.points(-0.226), shell.points(0.031)] == ["−22.6", "+3.1"]


@pytest.mark.parametrize(("number", "shown"), [(0, "<5"), (4, "<5"), (5, "5"), (53333, "53,333"), (None, "n/a")])
def test_a_count_under_five_is_not_told(number, shown):
    assert shell.small(number) == shown


def test_a_promise_names_the_day_of_the_week_in_either_language():
    tuesday = {"day": date(2026, 11, 24)}
    assert draw("{{ day|weekday }}", **tuesday) == "11月24日 周二"
    assert draw("{{ day|weekday }}", "en", **tuesday) == "Tuesday 24 November"


def test_a_day_of_another_year_is_told_with_its_year():
    days = {"now": date(2026, 12, 18), "then": date(2023, 12, 18)}
    assert draw("{{ now|short }} {{ then|short }}", **days) == "12-18 2023-12-18"
    assert draw("{{ now|day }} {{ then|day }}", **days) == "12月18日 2023年12月18日"
    assert draw("{{ now|day }}, {{ then|day }}", "en", **days) == "18 December, 18 December 2023"


def test_a_moment_is_told_in_words():
    at = {"at": datetime(2026, 11, 23, 6, 0)}  # noqa: DTZ001
    assert draw("{{ at|moment }}", **at) == "11月23日 06:00"
    assert draw("{{ at|moment }}", "en", **at) == "23 November 06:00"


def test_a_sentence_is_said_in_the_readers_language_with_its_values():
    source = '{% t "还差 {n} 项" "{n} to go" n=number|count %}'
    assert draw(source, number=2159) == "还差 2,159 项"
    assert draw(source, "en", number=2159) == "2,159 to go"


def test_markup_in_a_value_is_escaped_though_the_sentence_may_hold_some():
    shown = draw('{% t "<b>{name}</b>" "<b>{name}</b>" name=name %}', name="<i>")
    assert shown == "<b>&lt;i&gt;</b>"


def test_a_text_passed_as_a_value_is_said_in_the_same_language():
    assert draw('{% t "缺{what}" "no {what}" what=what %}', "en", what=Text("号码", "number")) == "no number"


def test_every_mark_is_drawn_and_has_a_word_in_both_languages():
    drawn = (sample_pages.ROOT / "tongdeng/sites/shell/templates/shell/marks.html").read_text(encoding="utf-8")
    for mark in shell.MARKS.values():
        assert f'id="m-{mark.symbol}"' in drawn
        assert mark.word.zh
        assert mark.word.en


def test_a_state_is_a_shape_and_a_word():
    shown = draw('{% state "owed" %}')
    assert 'href="#m-owed"' in shown
    assert "应享未享" in shown
