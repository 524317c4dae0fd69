"""What was merged into or parted from a person, in words, with the way back."""

from collections.abc import Sequence

from tongdeng.access import selectors as access
from tongdeng.intake.exports import review
from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.owed.selectors import day_text
from tongdeng.people.exports import merges
from tongdeng.sites.shell.frame import Link, Toast
from tongdeng.sites.shell.typed import whole


def change_url(change_id: int) -> str:
    """Return where a change is taken back."""
    return f"/review/changes/{change_id}/"


def change_links(person_id: int, ever: Sequence[int]) -> tuple[Link, ...]:
    """Return what was merged into or parted from a person, each leading to where it is taken back."""
    noted = merges.standing_changes(person_id, ever)
    who = org.staff_names({one.staff_id for one in noted if one.staff_id})
    return tuple(Link(noted_text(one, who.get(one.staff_id or 0, "")), change_url(one.change.id)) for one in noted)


def doubts_link(person_id: int, ever: Sequence[int]) -> Link | None:
    """Return the way to the first open question about a person; None where there is none."""
    found = review.doubts_about(person_id, ever)
    if not found:
        return None
    n = len(found)
    text = Text(f"{n} 处存疑：是不是另一个人", f"{n} open doubt{'s' * (n != 1)}: somebody else, too?")
    return Link(text, f"/review/{found[0].pk}/")


def open_doubts(post_kind: str, place: str) -> Link | None:
    """Return how many questions about who is who stand open beside a place's figures; None for posts that see none."""
    if not access.may_open("review", post_kind):
        return None
    n = review.count_open(place)
    text = Text(f"身份存疑 {n:,} 处未核对", f"{n:,} open doubt{'s' * (n != 1)} about who is who")
    return Link(text, f"/review/?place={place}")


def noted_text(noted: merges.Noted, who: str) -> Text:
    """Return `11月24日由 王敏 并入 P-0018-4427-6`."""
    on, other = day_text(noted.at.astimezone(clock.CHINA).date()), ids.show(noted.change.other_id)
    if noted.change.kind == "merge":
        return Text(f"{on.zh}由 {who} 并入 {other}", f"{other} merged in by {who} on {on.en}")
    return Text(f"{on.zh}由 {who} 分出 {other}", f"{other} parted off by {who} on {on.en}")


def what_changed(change_id: str) -> Toast | None:
    """Return what a change of the person's records came to, for the page that follows it."""
    number = whole(change_id)
    found = None if number is None else merges.find_change(number)
    if found is None:
        return None
    other = ids.show(found.other_id)
    if merges.find_standing(found.id):
        return Toast(Text(f"已分出，另一个人是 {other}。", f"Parted off as {other}."), change_url(found.id))
    return Toast(Text("已撤回，记录已经归位。", "Taken back; the records are where they were."))
