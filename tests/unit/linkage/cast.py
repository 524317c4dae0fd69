"""A few people as departments write them down. All of them are invented: numbers begin with 99, phones with 100."""

from tongdeng.kernel.citizen_id import check_character
from tongdeng.linkage import runner, settings
from tongdeng.linkage.rows import Gathering


def number(first17: str) -> str:
    """Return a valid number."""
    return first17 + check_character(first17)


FATHER, MOTHER = number("99022119880305451"), number("99022119900712302")
CHILD, TWIN = number("99022120180306451"), number("99022120180306777")
# Without others in the county a name or a phone would look far too telling.
CROWD = [
    {
        "name": surname + given, "id_number": number(f"9903{i % 60 + 10:02}19{j + 60}0{k + 1}15{i * 7 % 900 + 10:03}"),
        "sex": "male" if (i * 7 % 900 + 10) % 2 else "female", "phone": f"1009{i:02}{j:02}{k:03}"[:11].ljust(11, "3"),
    }
    for i, surname in enumerate("赵钱孙李周吴郑冯陈蒋沈韩朱秦许何吕施张孔曹严华金魏陶姜")
    for j, given in enumerate(("建国", "秀英", "志强", "海燕", "俊杰", "小梅", "玉兰", "文博"))
    for k in range(2)
]  # fmt: skip


def link(*rows, model=None):
    """Return the person of each row; a row is a dict of canonical keys, or None for a vacant dwelling."""
    return list(linked(*rows, model=model).table["person"].to_pylist()[: len(rows)])


def linked(*rows, model=None):
    """Return the whole result of linking some rows among a crowd."""
    found = Gathering()
    for i, row in enumerate(rows, 1):
        found.add("roll.csv", i, row or {}, is_empty=row is None)
    for i, row in enumerate(CROWD, 1):
        found.add("crowd.csv", i, row)
    return runner.link(found.table(), model or settings.load())
