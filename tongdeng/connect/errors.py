"""Why a system is not let in, and why something about systems is not done."""

from tongdeng.kernel.errors import NOTHING, Text, TongdengError

NOT_YOURS = Text("您的岗位不能做这件事", "your post may not do this")
# By what the database refused with: the code its function raised, or the constraint that was broken.
REFUSALS = {
    "connect.system.ended": Text("这个系统已经断开", "this system is disconnected already"),
    "connect.system.kind": Text("这种岗位不能给系统", "this kind of post is not for a system"),
    "connect.key.unusable": Text("密钥的期限或网络不对", "the key's last day or its networks will not do"),
    "org.right.decided_already": Text("这件事已经有了结果", "this has been decided already"),
    "org.right.unknown": Text("没有这个区划", "there is no such division"),
    "org.right.not_your_task": NOT_YOURS,
    "org.account.not_your_task": NOT_YOURS,
    "org_staff_login_key": Text("这个代号已经有人用了", "this short name is taken already"),
    "connect_key_second_person": Text("提的人不能自己批准", "whoever asked for it may not approve it"),
    "org_right_proposal_second_person": Text("提的人不能自己批准", "whoever asked for it may not approve it"),
}


class SystemRefused(TongdengError):
    """The database refused a change of a system or a key; nothing was changed."""

    def __init__(self, code: str) -> None:
        refused = Text("数据库没有允许这项改动", "the database did not allow this change")
        super().__init__(code or "connect.system.refused", REFUSALS.get(code, refused))


class CallRefused(TongdengError):
    """A call that is not let in. `status` is of HTTP; `wait` seconds before it is worth asking again."""

    def __init__(self, code: str, status: int, fact: Text, *, remedy: Text = NOTHING, wait: int = 0) -> None:
        super().__init__(code, fact, remedy=remedy)
        self.status = status
        self.wait = wait


class WebhookRefused(TongdengError):
    """An address that is not told anything."""


def unknown_key() -> CallRefused:
    """Return what is told whoever has no key that opens here: the same for none, a wrong one, and one run out."""
    return CallRefused(
        "api.key.unknown", 401, Text("没有密钥，或者密钥在这里打不开", "no key, or one that does not open here"),
        remedy=Text(
            "请求头写 Authorization: Bearer td_...；密钥要已批准、没有过期，并且从登记的网络来",
            "send Authorization: Bearer td_...; it must be approved, not run out, and used from a network named for it",
        ),
    )  # fmt: skip


def no_post() -> CallRefused:
    """Return what is told a system whose post was taken away or has run out."""
    return CallRefused(
        "api.post.none", 403, Text("这个系统现在没有岗位", "this system holds no post now"),
        remedy=Text("请联系县里的系统管理员", "ask the county's system administrator"),
    )  # fmt: skip


def too_many(wait: int) -> CallRefused:
    """Return what is told whoever calls too often."""
    return CallRefused(
        "api.calls.too_many", 429, Text("这一分钟里请求太多", "too many calls within this minute"),
        remedy=Text(f"{wait} 秒后再试", f"try again in {wait} seconds"), wait=wait,
    )  # fmt: skip
