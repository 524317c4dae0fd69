"""What is said of an import's speed, and what is not said because nobody can know it yet."""

import pytest

from tongdeng.intake.pace import lasting, pace


def test_speed_and_time_left_are_said_in_both_languages() -> None:
    said = pace(450_000, 1_000_000, 30)
    assert said is not None
    # 15,000 rows a second: 67 s for reading, which is 45 % of the whole.
    assert said.zh == "每秒约 15,000 行，约剩 2 分钟"
    assert said.en == "about 15,000 rows a second, about 2 minutes left"


@pytest.mark.parametrize(
    ("done", "total", "seconds"),
    [(0, 1_000_000, 30), (2_000, 1_000_000, 0.3), (1_000_000, 1_000_000, 90), (0, None, 0)],
    ids=["nothing is read", "it has just begun", "all is read", "it waits"],
)
def test_nothing_is_said_where_nothing_is_known(done: int, total: int | None, seconds: float) -> None:
    assert pace(done, total, seconds) is None


@pytest.mark.parametrize("total", [None, 0, 1_000_000], ids=["workbook", "unset", "too early"])
def test_only_the_speed_is_said_while_the_time_left_is_a_guess(total: int | None) -> None:
    said = pace(12_000, total, 2)
    assert said == ("每秒约 6,000 行", "about 6,000 rows a second")


def test_a_slow_roll_still_has_a_speed() -> None:
    assert pace(2, None, 10) == ("每秒约 1 行", "about 1 row a second")


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0.2, "1 秒", "1 second"), (59.4, "59 秒", "59 seconds"), (60, "1 分钟", "1 minute"),
        (150.1, "3 分钟", "3 minutes"), (3590, "1 小时", "1 hour"), (7500, "2 小时 5 分钟", "2 hours 5 minutes"),
    ],
)  # fmt: skip
def test_a_duration_is_as_exact_as_it_helps(seconds: float, zh: str, en: str) -> None:
    assert lasting(seconds) == (zh, en)
