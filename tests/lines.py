"""Lines of a hall, drawn at random."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from tongdeng.hall.waiting import Waiting


def lines_of(now: datetime, most: int = 9) -> st.SearchStrategy[list[Waiting]]:
    """Return lines in which people of two kinds of business wait, some first, some by appointment, some handed over."""

    def waiting(drawn: tuple[str, bool, int | None, int | None, int], at: int) -> Waiting:
        business, is_priority, due, window, minutes = drawn
        due_at = now + timedelta(minutes=due) if due is not None else None
        return Waiting(at, business, is_priority, due_at, window, now - timedelta(minutes=minutes))

    drawn = st.tuples(
        st.sampled_from(["residence", "work"]), st.booleans(), st.sampled_from([None, None, -5, 15]),
        st.sampled_from([None, None, 1, 2]), st.integers(0, 40),
    )  # fmt: skip
    return st.lists(drawn, max_size=most).map(lambda all: [waiting(one, at) for at, one in enumerate(all, 1)])
