"""Method `exact-1`: a valid number, else exact name with birth date and sex, else a new person.

Pure. Two different valid numbers are never joined by a name, and a row that fits two persons joins neither: it gets a
person of its own at once, and a task for a clerk.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

METHOD = "exact-1"


@dataclass(frozen=True, slots=True)
class Clue:
    """What a row offers for matching; both are blind keys."""

    number: bytes | None
    triple: bytes | None
    needs_name: bool = False  # the row's birth date contradicts its number: the number counts only if the name agrees
    name: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose row it is."""

    person: int
    is_new: bool
    basis: str  # number, triple, none
    in_doubt: bool = False
    fits: tuple[int, ...] = ()  # in doubt: the persons it may be
    number_is_claimed: bool = False


class Register:
    """Who bears which key now: the persons already there and those made by this very roll."""

    def __init__(
        self, persons_by_key: Mapping[bytes, set[int]], numbers: Mapping[int, set[bytes]], names: Mapping[int, str]
    ) -> None:
        self._persons = {key: set(found) for key, found in persons_by_key.items()}
        self._numbers = {person: set(found) for person, found in numbers.items()}
        self._names = dict(names)

    def bearers(self, key: bytes | None) -> set[int]:
        """Return the persons found under a key."""
        return self._persons.get(key, set()) if key else set()

    def has_number(self, person: int) -> bool:
        """Tell whether a person bears a valid number."""
        return bool(self._numbers.get(person))

    def fits(self, clue: Clue) -> bool:
        """Tell whether a row fits anybody here, by the same rules that decide whose it is."""
        if clue.needs_name:
            if any(self.name(person) == clue.name for person in self.bearers(clue.number)):
                return True
        elif self.bearers(clue.number):
            return True
        fitting = self.bearers(clue.triple)
        if clue.number and not clue.needs_name:
            fitting = {person for person in fitting if not self.has_number(person)}
        return bool(fitting)

    def name(self, person: int) -> str:
        """Return a person's name."""
        return self._names.get(person, "")

    def learn(self, person: int, clue: Clue, with_number: bool) -> None:
        """Remember that a person bears a row's keys."""
        if clue.number and with_number:
            self._persons.setdefault(clue.number, set()).add(person)
            self._numbers.setdefault(person, set()).add(clue.number)
        if clue.triple:
            self._persons.setdefault(clue.triple, set()).add(person)
        self._names.setdefault(person, clue.name)


def _order(clue: Clue) -> int:
    # Rows with a number come first, so that the order of rows in a file does not decide who is who.
    return 2 if clue.number is None else 1 if clue.needs_name else 0


def _by_number(clue: Clue, register: Register) -> Decision | None:
    """Decide by the number; None when it says nothing and the triple must."""
    bearers = register.bearers(clue.number)
    if clue.needs_name:
        agreeing = [person for person in bearers if register.name(person) == clue.name]
        return Decision(agreeing[0], is_new=False, basis="number") if len(agreeing) == 1 else None
    if len(bearers) == 1:
        return Decision(next(iter(bearers)), is_new=False, basis="number")
    return None


def _decide(clue: Clue, register: Register, new_person: Callable[[], int]) -> Decision:
    if clue.number:
        found = _by_number(clue, register)
        if found:
            return found
    counts = clue.number is not None and not clue.needs_name
    claimed = clue.number is not None and not counts
    if counts and len(register.bearers(clue.number)) > 1:
        bearers = tuple(sorted(register.bearers(clue.number)))
        return Decision(new_person(), is_new=True, basis="none", in_doubt=True, fits=bearers)
    fitting = register.bearers(clue.triple)
    if counts:
        # Whoever bears another valid number is somebody else with the same name and birthday.
        fitting = {person for person in fitting if not register.has_number(person)}
    if len(fitting) == 1:
        return Decision(next(iter(fitting)), is_new=False, basis="triple", number_is_claimed=claimed)
    return Decision(
        new_person(), is_new=True, basis="none", in_doubt=len(fitting) > 1, fits=tuple(sorted(fitting)),
        number_is_claimed=claimed,
    )  # fmt: skip


def match(clues: Iterable[Clue], register: Register, new_person: Callable[[], int]) -> list[Decision]:
    """Return one decision for each clue, in the order given."""
    indexed = sorted(enumerate(clues), key=lambda pair: _order(pair[1]))
    decided: dict[int, Decision] = {}
    for position, clue in indexed:
        decision = _decide(clue, register, new_person)
        register.learn(decision.person, clue, with_number=not decision.number_is_claimed)
        decided[position] = decision
    return [decided[position] for position in range(len(decided))]
