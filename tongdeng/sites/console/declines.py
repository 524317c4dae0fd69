"""What somebody was told of and what they declined, as the person's page says it."""

from collections.abc import Sequence

from tongdeng.access import selectors as access
from tongdeng.delivery import selectors as delivery
from tongdeng.delivery.types import Outcome
from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.sites.console.person_words import day_text
from tongdeng.sites.console.view_models.person import Told

MOST = 8
OFFERED = Text("已告知，没有本人确认：仍应享", "told, not confirmed by the person: it stays owed")
CONFIRMED = {
    "signature": Text("告知后谢绝，本人签字", "declined, signed by the person"),
    "sms": Text("告知后谢绝，本人用短信码确认", "declined, confirmed by a code"),
    "online": Text("告知后谢绝，本人在网上确认", "declined, confirmed online"),
    "callback": Text("告知后谢绝，回访时本人确认", "declined, upheld when called back"),
}
DECLINED = Text("告知后谢绝，本人确认", "declined, confirmed by the person")


def told(person_id: int, domains: str, ever: Sequence[int]) -> tuple[Told, ...]:
    """Return the offers and declines a post may see, newest first; an offer that was settled since is left out."""
    lines: list[Told] = []
    settled: set[str] = set()
    for one in delivery.deliveries_of(person_id, ever):
        if access.service_domain(one.service) not in domains:
            continue
        if one.outcome == Outcome.DECLINED:
            words = CONFIRMED.get(one.confirmation or "", DECLINED)
            lines.append(Told("declined", owed.service_name(one.service), words, day_text(one.served_on)))
        elif one.outcome == Outcome.OFFERED and one.service not in settled:
            lines.append(Told("offered", owed.service_name(one.service), OFFERED, day_text(one.served_on)))
        if one.outcome in (Outcome.DECLINED, Outcome.SERVED):
            settled.add(one.service)
    return tuple(lines[:MOST])
