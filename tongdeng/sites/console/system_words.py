"""Connected systems as the pages show them."""

from collections.abc import Mapping
from typing import Any

from django.utils.timezone import localtime

from tongdeng.connect import selectors as connected
from tongdeng.connect.types import DeliveryState
from tongdeng.desk.exports import lifecycle
from tongdeng.desk.types import Act
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.org.exports import rights
from tongdeng.org.types import Place
from tongdeng.sites.console.frame import place_name
from tongdeng.sites.console.right_words import NO_POST, kind_words, sees
from tongdeng.sites.console.view_models.systems import KeyLine, NoticeLine, SystemLine
from tongdeng.sites.shell.templatetags.shell import language

KEY_STATES = {
    "asked": Text("等待另一个人", "waits for a second person"),
    "approved": Text("可以用", "in use"),
    "refused": Text("没有批准", "refused"),
    "revoked": Text("已收回", "revoked"),
    "over": Text("已过期", "run out"),
}
NOTICE_STATES = {
    DeliveryState.WAITING: Text("等待", "waiting"),
    DeliveryState.SENDING: Text("正在送", "on its way"),
    DeliveryState.SENT: Text("已送到", "told"),
    DeliveryState.DEAD: Text("没有送到，已停", "given up"),
    DeliveryState.DROPPED: Text("不再通知", "no longer told"),
}
FAULTS = {
    "certificate": Text("证书不可信", "its certificate is not trusted"),
    "no answer in time": Text("没有及时回答", "no answer in time"),
    "no connection": Text("连不上", "no connection"),
    "connect.webhook.private": Text("地址在内网", "its address is private"),
    "connect.webhook.name": Text("地址查不到", "its name is not found"),
}
CONNECTED = Text("已接入", "connected")
ENDED = Text("已断开", "disconnected")
WAITS = Text("等待另一个人批准", "waits for a second person")
NO_KEY = Text("没有可用的密钥", "no key in use")
OWN_ASK = Text("自己提的，要另一个人批准", "asked for by you: a different person must decide")


def key_state(key: connected.Key) -> str:
    """Return what a key is now: an approved one runs out by itself."""
    return "over" if key.state == "approved" and key.until < clock.today() else str(key.state)


def system_state(system: connected.System, keys: list[connected.Key]) -> Text:
    """Return how a system is, by what it lacks first."""
    if system.ended_at is not None:
        return ENDED
    states = {key_state(key) for key in keys}
    if not rights.is_open_to(system.staff, clock.today()):
        return WAITS if "asked" in states else NO_POST
    if "approved" in states:
        return CONNECTED
    return WAITS if "asked" in states else NO_KEY


def post_of(system: connected.System, known: Mapping[str, Place]) -> tuple[Text, str, Text]:
    """Return the title of a system's post, its place, and what it sees."""
    post = system.staff.post
    if post is None:
        return NO_POST, "", NOTHING
    return Text(post.title_zh, post.title_en), place_name(known, post.lo, language()), sees(post.kind)


def system_line(
    system: connected.System, keys: list[connected.Key], known: Mapping[str, Place], used_at: Any, trouble: int
) -> SystemLine:
    """Return one system of the list."""
    title, place, _ = post_of(system, known)
    state = system_state(system, keys)
    until = max((key.until for key in keys if key_state(key) == "approved"), default=None)
    return SystemLine(
        system.pk, system.staff.name, system.staff.login, title, place, state, state == CONNECTED and not trouble,
        until, localtime(used_at) if used_at else None, trouble,
    )  # fmt: skip


def key_line(key: connected.Key, reader: Any, *, revokes: bool, decides: bool, what: Text = NOTHING) -> KeyLine:
    """Return one key, with what the reader may do about it."""
    state = key_state(key)
    is_own = key.asked_by_id == reader.pk
    return KeyLine(
        key.pk, key.system.staff.name, key.mark, ", ".join(key.networks), key.until, key.reason, KEY_STATES[state],
        key.asked_by.name if key.asked_by else "", localtime(key.asked_at),
        key.decided_by.name if key.decided_by else "", may_revoke=revokes and state in ("asked", "approved"),
        may_decide=decides and state == "asked" and not is_own,
        why_not=OWN_ASK if decides and state == "asked" and is_own else None, what=what,
    )  # fmt: skip


def asked_post(proposal: Any, known: Mapping[str, Place]) -> Text:
    """Return the post that waits with a key."""
    kind, seen = kind_words(proposal.kind), sees(proposal.kind)
    place = place_name(known, proposal.division, language())
    until = Text(f"，到 {proposal.until}", f", until {proposal.until}") if proposal.until else NOTHING
    return Text(f"{kind.zh}，{place}：{seen.zh}{until.zh}", f"{kind.en}, {place}: {seen.en}{until.en}")


def notice_line(one: connected.Delivery) -> NoticeLine:
    """Return one notice."""
    state = DeliveryState(one.state)
    return NoticeLine(
        one.case_id, one.seq, lifecycle.told(Act(one.act)), one.webhook.url, NOTICE_STATES[state],
        state is DeliveryState.DEAD, one.tries, localtime(one.made_at),
        localtime(one.next_try_at) if one.next_try_at else None, _fault(one.fault),
    )  # fmt: skip


def _fault(fault: str) -> str:
    said = FAULTS.get(fault, Text(fault.replace("answered", "对方回答"), fault))
    return said.say(language())
