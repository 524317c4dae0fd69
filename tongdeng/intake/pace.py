"""How fast a roll is read, and how long its import still takes, in words."""

from tongdeng.kernel.errors import Text

READING = 0.45  # of an import's time, as measured with rolls of 50,000 rows; the rest is matching and storing
KNOWN_AFTER = 1.0  # seconds: what comes sooner is the start, not the speed
KNOWN_FROM = 0.02  # of the rows: before, what is left is a guess


def pace(done: int, total: int | None, seconds: float) -> Text | None:
    """Return rows a second and the time left, as far as they can be known yet; None if neither can.

    They tell of reading: once all rows are read, no more is known.
    """
    if done <= 0 or seconds < KNOWN_AFTER or (total and done >= total):
        return None
    speed = max(round(done / seconds), 1)
    said = Text(f"每秒约 {speed:,} 行", f"about {speed:,} row{'s' * (speed > 1)} a second")
    if not total or done < total * KNOWN_FROM:
        return said
    left = lasting(seconds * (total / done / READING - 1))
    return Text(f"{said.zh}，约剩 {left.zh}", f"{said.en}, about {left.en} left")


def lasting(seconds: float) -> Text:
    """Return a duration as a person would say it: exact to the second only below a minute."""
    if seconds < 60:
        whole = max(round(seconds), 1)
        return Text(f"{whole} 秒", f"{whole} second{'s' * (whole > 1)}")
    minutes = round(seconds / 60)
    if minutes < 60:
        return Text(f"{minutes} 分钟", f"{minutes} minute{'s' * (minutes > 1)}")
    hours, rest = divmod(minutes, 60)
    zh, en = (f" {rest} 分钟", f" {rest} minute{'s' * (rest > 1)}") if rest else ("", "")
    return Text(f"{hours} 小时{zh}", f"{hours} hour{'s' * (hours > 1)}{en}")
