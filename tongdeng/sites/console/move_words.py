"""Moves in words."""

from collections.abc import Mapping, Sequence

from tongdeng.intake.exports import households, moves
from tongdeng.kernel import ids
from tongdeng.kernel.errors import Text
from tongdeng.org.types import Place
from tongdeng.people.exports import households as together
from tongdeng.sites.console import person_words
from tongdeng.sites.shell.frame import Link

NO_WORD = Text("", "")
HOW = {
    "confirmed": Text("原社区已确认", "confirmed by the former community"),
    "lapsed": Text("原社区到期没有答复，按已搬走处理", "no answer in time: taken as left"),
    "decided": Text("由上级决定", "decided by the division above"),
    "unasked": Text("原来没有住处，不用确认", "had no home in the register: nobody had to be asked"),
}


def wish_state(wish: moves.Wish, known: Mapping[str, Place]) -> tuple[str, Text]:
    """Return the mark and the words of a move that was asked for."""
    place = person_words.place_text(known, wish.from_place)
    if wish.state == "withdrawn":
        return "not_due", Text("已撤回", "taken back")
    if wish.state == "moved":
        how = HOW.get(wish.how, Text("", ""))
        return "served", Text(f"已转来，{how.zh}", f"moved; {how.en}")
    if wish.state == "stays":
        return "not_due", Text(f"仍住{place.zh}，由上级决定", f"still lives in {place.en}; decided above")
    if wish.state == "disputed":
        return "doing", Text(f"{place.zh}说仍住那里，已交上级决定", f"{place.en} disagrees; the division above decides")
    if wish.how == "unasked":
        return "doing", Text("正在登记，一会儿就好", "being registered; ready in a moment")
    due = person_words.day_text(wish.due_on) if wish.due_on else Text("", "")
    return "doing", Text(
        f"已请{place.zh}确认搬走，{due.zh}前没有答复就按已搬走处理",
        f"{place.en} was asked to confirm the move; without an answer by {due.en} it counts as moved",
    )


def household(person_id: int) -> tuple[tuple[Link, Text], ...]:
    """Return whom somebody lives with, by the relation to the head; empty for whoever lives alone."""
    members = together.household_of(person_id)
    return tuple(
        (Link(one.name, f"/people/{ids.show(one.person_id)}/"), households.RELATIONS.get(one.relation or "", NO_WORD))
        for one in members
        if one.person_id != person_id
    )


def notices(person_id: int, known: Mapping[str, Place], ever: Sequence[int]) -> tuple[Link, ...]:
    """Return what somebody asks about a person's home; services go on meanwhile."""
    asked = [(one, person_words.place_text(known, one.to_place)) for one in moves.questions_about(person_id, ever)]
    return tuple(
        Link(
            Text(
                f"{place.zh}登记了此人，请答复是否已离开。答复前服务照旧。",
                f"{place.en} has registered this person: has the person left? Services go on.",
            ),
            f"/moves/#task-{one.task_id}",
        )
        for one, place in asked
    )
