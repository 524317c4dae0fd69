"""What the rolls' folders say to the register of people; handed down when the program starts."""

from collections.abc import Mapping

from tongdeng.intake.formats.loader import Format, load_format, sources
from tongdeng.kernel.errors import Text
from tongdeng.people.types import Source


def described_sources() -> Mapping[str, Source]:
    """Return every roll that the register keeps under its own name."""
    formats = map(load_format, sources())
    return {one.source: _source(one) for one in formats if one.register and one.recorded_as == one.source}


def _source(one: Format) -> Source:
    said = one.register
    return Source(
        name=one.source,
        bureau=said.get("bureau", one.bureau),
        domain=said["domain"],
        title=Text(**said["name"]) if "name" in said else one.title,
        short=Text(**said["short"]) if "short" in said else one.title,
        makes=one.makes,
        spell=one.spell if one.makes else (),
        stay_rank=said.get("stay_rank", 0),
        gives=tuple(said.get("gives", ())),
    )
