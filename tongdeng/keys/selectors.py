"""The rings of keys, as this process knows them. They are read anew when a transaction meets another generation."""

from collections.abc import Iterable

from django.conf import settings
from django.db import connections

from tongdeng.access import selectors as access
from tongdeng.kernel.keyring import Ring, opened
from tongdeng.keys.models import DataKey
from tongdeng.keys.types import FIRST, INDEXING, KEPT, SEALING, KnownKey, Root

Wrapped = list[tuple[str, int, bytes, bool]]  # domain, version, wrapped key, is current

_rings: dict[Root, tuple[tuple[str, int], Ring]] = {}  # by the database and generation met when they were read
_given: dict[Root, Ring] = {}


class Keys:
    """What stands for a ring where it is asked: always this process's newest, with a second look at what is unknown."""

    def __init__(self, root: Root) -> None:
        self._root = root

    def seal(self, domain: str, plain: bytes) -> bytes:
        """Return version, nonce, ciphertext and tag."""
        return ring(self._root).seal(domain, plain)

    def unseal(self, domain: str, sealed: bytes) -> bytes:
        """Return the plain bytes, or raise InvalidTag."""
        held = ring(self._root)
        if not held.knows(domain, sealed):
            # Sealed by somebody who has newer keys. What this transaction writes stays under those it began with.
            held = opened(root_key(self._root), wrapped(self._root))
        return held.unseal(domain, sealed)

    def index(self, domain: str, plain: bytes) -> bytes:
        """Return version and 32 bytes, equal for equal values."""
        return ring(self._root).index(domain, plain)

    def seal_each(self, domain: str, plains: Iterable[bytes | None]) -> list[bytes | None]:
        """Seal many values, each by itself; None stays None."""
        return ring(self._root).seal_each(domain, plains)

    def index_each(self, domain: str, plains: Iterable[bytes | None], *, head: bytes = b"") -> list[bytes | None]:
        """Return the index of `head` and each value together; None stays None."""
        return ring(self._root).index_each(domain, plains, head=head)

    def forms(self, domain: str, plain: bytes) -> list[bytes]:
        """Return what `index` may have returned for a value: several while a rotation runs."""
        held = ring(self._root)
        return held.forms(domain, held.index(domain, plain))


def root_key(root: Root) -> bytes:
    """Return a root key; care's is not for the web, and who asks for it makes sure."""
    key: bytes = settings.TONGDENG_CARE_KEY() if root is Root.CARE else settings.TONGDENG_ROOT_KEY
    return key


def wrapped(root: Root) -> Wrapped:
    """Return the wrapped keys that are not destroyed, to be opened here or in a process that knows no database.

    Asked on the second connection: the first may be in the middle of a COPY when somebody seals the first value.
    """
    aside = connections["aside"]
    is_open = aside.connection is not None
    rows = DataKey.objects.using("aside").filter(root=root).exclude(state="destroyed").values_list(
        "domain", "version", "wrapped", "state"
    )  # fmt: skip
    found = [(domain, version, bytes(key), state == "current") for domain, version, key, state in rows]
    if not is_open:
        aside.close()
    return found


def ring(root: Root = Root.REGISTER) -> Ring:
    """Return the ring of a root's data keys."""
    known, met = _rings.get(root), access.key_generation()
    if known is not None and known[0] is met:  # an import asks for each of a million values
        return known[1]
    if root in _given:
        return _given[root]
    held = opened(root_key(root), wrapped(root))
    _rings[root] = (met, held)
    return held


def look_again() -> None:
    """Read the keys anew when they are asked for next: outside a context nobody tells of a new generation."""
    _rings.clear()


def use(root: Root, keys: Iterable[tuple[str, int, bytes, bool]]) -> None:
    """Let this process, which knows no database, work with these keys and no others."""
    _given[root] = opened(root_key(root), keys)


def known_keys() -> list[KnownKey]:
    """Return every version of every domain's key, without the inner ones."""
    rows = DataKey.objects.exclude(state="inner").order_by("root", "domain", "version")
    return [
        KnownKey(k.root, k.domain, k.version - FIRST[Root(k.root)] + 1, k.state, k.made_at, k.destroyed_at)
        for k in rows
    ]


def domains(root: Root) -> tuple[str, ...]:
    """Return the domains of a root's data keys."""
    return (*rotating(root), *KEPT[root])


def rotating(root: Root) -> tuple[str, ...]:
    """Return those of the domains whose keys can be rotated."""
    return (*SEALING[root], *INDEXING[root])
