"""How often people of a synthetic county are easily taken for one another."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Likeness:
    """Shares of births and of newcomers, and how many times as often as elsewhere clerks mix people up."""

    twins: float = 0.02  # of births
    namesakes: float = 0.006  # of those who come alone: another's name, sex and birth date
    roommates: float = 0.0  # of those in dormitories: a roommate's name, sex and birth date
    twins_share_names: bool = True  # now and then, by chance; in life no two of a family are given one name
    shared_phones: float = 1.0  # times: a dormitory's telephone written for everybody in it
    parents_numbers: float = 1.0  # times: a parent's number typed for the child


USUAL = Likeness()
# Nowhere are there so many; thousands of pairs are needed to know a share of half a per cent.
CROWDED = Likeness(
    twins=0.5, namesakes=0.35, roommates=0.1, twins_share_names=False, shared_phones=3.0, parents_numbers=8.0
)
