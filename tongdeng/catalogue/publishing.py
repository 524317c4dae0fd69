"""The rules of publishing: who may write, propose and approve, what a file may be called, what needs a second look."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from tongdeng.audit.types import Actor
from tongdeng.catalogue.errors import REASON, NotAllowed
from tongdeng.catalogue.types import Preview
from tongdeng.kernel.crypto import sm3
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.org import selectors as org
from tongdeng.rules.model import Law

PATHS = re.compile(r"facts\.yaml|schedules/[a-z0-9_]+\.yaml|services/[a-z]{3}/[a-z0-9_]+(\.cases)?\.yaml")
LONGEST = 512 * 1024  # bytes of one file; the longest in use has a tenth of it


@dataclass(frozen=True)
class Terms:
    """What law/publishing.toml says."""

    second_look_share: float
    proposers: frozenset[str]
    approvers: frozenset[str]


@lru_cache(maxsize=1)
def terms() -> Terms:
    """Return the county's terms of publishing."""
    raw: dict[str, Any] = tomllib.loads((settings.TONGDENG_LAW / "publishing.toml").read_text(encoding="utf-8"))
    return Terms(float(raw["second_look_share"]), frozenset(raw["proposers"]), frozenset(raw["approvers"]))


@dataclass(frozen=True)
class Rights:
    """What one who acts may do with the law."""

    staff_id: int | None
    kind: str  # of the post; empty for a command or job of this installation
    bureau: str  # the bureau the post serves; empty for none
    is_command: bool

    @property
    def may_write_all(self) -> bool:
        """Tell whether every file is open to them."""
        return self.is_command or self.kind in terms().proposers

    @property
    def may_write(self) -> bool:
        """Tell whether they may open drafts."""
        return self.may_write_all or self.may_write_own

    @property
    def may_write_own(self) -> bool:
        """Tell whether at least their own bureau's services are open to them."""
        return bool(self.bureau) and self.kind not in _NOT_A_BUREAUS_VOICE

    @property
    def may_approve(self) -> bool:
        """Tell whether the post may approve what others wrote."""
        return self.kind in terms().approvers

    def may_write_on(self, opened_by: int | None) -> bool:
        """Tell whether a draft that somebody opened is open to them."""
        return self.may_write_all or (self.may_write_own and opened_by is not None and opened_by == self.staff_id)

    def may_change(self, path: str) -> bool:
        """Tell whether a file is one they may change."""
        return self.may_write_all or (self.may_write_own and path.startswith(f"services/{self.bureau.lower()}/"))


# They sit in a bureau and do not speak for it.
_NOT_A_BUREAUS_VOICE = frozenset({"auditor", "admin", "resident", "worker", "nurse", "clerk"})


def rights_of(by: Actor) -> Rights:
    """Return what an actor may do with the law."""
    if by.post_id is None:
        return Rights(by.staff_id, "", "", is_command=by.origin != "web")
    post = org.Post.objects.select_related("unit").get(pk=by.post_id)
    return Rights(by.staff_id, str(post.kind), post.unit.bureau_id or "", is_command=False)


def demand_write(by: Actor, *, opened_by: int | None, paths: Iterable[str] = ()) -> Rights:
    """Return the actor's rights. Raises NotAllowed where the draft, or one of the files, is not theirs to change."""
    rights = rights_of(by)
    if not rights.may_write_on(opened_by):
        fact = Text("你的岗位不能修改这份草案", "your post may not change this draft")
        remedy = Text("请领导小组办公室修改，或自己另起一份", "ask the leading group's office, or open one of your own")
        raise NotAllowed("catalogue.draft.not_yours", fact, remedy=remedy)
    for path in paths:
        if not rights.may_change(path):
            fact = Text("部门只能修改本部门的事项", "a bureau may change its own services only")
            remedy = Text("请领导小组办公室修改", "ask the leading group's office")
            raise NotAllowed("catalogue.file.not_yours", fact, place=path, remedy=remedy)
    return rights


def demand_reader(by: Actor) -> None:
    """Raise NotAllowed unless the actor writes or approves law."""
    rights = rights_of(by)
    if not (rights.may_write or rights.may_approve):
        raise NotAllowed("catalogue.not_allowed", Text("你的岗位不参与法规公布", "your post has no part in publishing"))


def demand_own_services(rights: Rights, laws: Iterable[Law], paths: Iterable[str]) -> None:
    """Raise NotAllowed where a changed file gives a bureau's post somebody else's service, whatever its folder."""
    touched = set(paths)
    for law in laws:
        for service in law.services.values():
            if service.file in touched and not rights.may_write_all and service.bureau != rights.bureau:
                fact = Text(f"{service.code} 不是本部门的事项", f"{service.code} is not a service of your bureau")
                raise NotAllowed("catalogue.service.not_yours", fact, place=service.file)


def demand_file(path: str, text: str | None) -> None:
    """Raise UnusableInput for a path that is no law file, or a text no law file can hold."""
    if not PATHS.fullmatch(path):
        raise UnusableInput(
            "catalogue.file.path",
            Text("法规里不能有这个路径的文件", "the law has no file of this path"),
            place=path[:200],
            remedy=Text(
                "可用：facts.yaml、services/部门/名称.yaml、services/部门/名称.cases.yaml、schedules/名称.yaml",
                "use facts.yaml, services/BUREAU/NAME.yaml, services/BUREAU/NAME.cases.yaml or schedules/NAME.yaml",
            ),
        )
    if text is not None and not _can_be_kept(text):
        fact = Text("文件过长或含有不能保存的字符", "the file is too long, or holds characters that cannot be kept")
        raise UnusableInput("catalogue.file.content", fact, place=path)


def _can_be_kept(text: str) -> bool:
    try:
        return "\0" not in text and len(text.encode()) <= LONGEST
    except UnicodeEncodeError:
        return False


def demand_words(said: str, place: str) -> str:
    """Return what was said, trimmed. Raises UnusableInput where it is nothing."""
    trimmed = said.strip()
    if not trimmed:
        fact = Text("没有写明理由", "no reason was given")
        raise UnusableInput("catalogue.reason.missing", fact, place=place, remedy=REASON)
    return trimmed[:2000]


def demand_second(by: Actor, authors: Iterable[int]) -> None:
    """Raise NotAllowed unless the actor is somebody else than the authors, in a post that may approve."""
    if by.staff_id is None or not rights_of(by).may_approve:
        fact = Text("公布须由办公室或司法局的另一人批准", "a second person of the office or of justice has to approve")
        raise NotAllowed("catalogue.publication.not_an_approver", fact)
    if by.staff_id in set(authors):
        raise NotAllowed(
            "catalogue.publication.same_person",
            Text("起草或提交的人不能批准自己的草案，换了岗位也不行", "nobody approves what they wrote, in no post"),
            remedy=Text("请另一位有权的人批准", "ask somebody else who may"),
        )


def needs_second_look(preview: Preview) -> bool:
    """Tell whether so many answers change that the approver has to say why that is right."""
    return preview.flip_share > terms().second_look_share


def changes_digest(base: str, files: Mapping[str, str | None]) -> str:
    """Return what names a state of a draft: its base and its changes."""
    told = "\0".join(f"{path}\0{'-' if files[path] is None else '+'}{files[path] or ''}" for path in sorted(files))
    return sm3(f"{base}\0{told}".encode()).hex()
