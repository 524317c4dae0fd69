"""Addresses as they compare: blanks, width, dashes and the digits of house numbers make no difference."""

import re
import unicodedata

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100}
# 三里屯 is a name and stays; 三号院 is a number.
_NUMBER = re.compile(r"[〇零一二三四五六七八九十百]+(?=号|栋|幢|座|单元|室|层|楼|组|院|门|弄)")
_DASHES = str.maketrans(dict.fromkeys("—–－―~～", "-"))
_DROPPED = re.compile(r"[\s,，、。.·#;；]+")


def _value(text: str) -> str:
    if not any(character in _UNITS for character in text):
        return "".join(str(_DIGITS[character]) for character in text)  # 一〇三 is 103
    total, digit = 0, 0
    for character in text:
        if character in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[character], 0
        else:
            digit = _DIGITS[character]
    return str(total + digit)


def address_key(address: str) -> str:
    """Return `和平路3号院2单元101` for `和平路 三号院２单元 101`."""
    plain = unicodedata.normalize("NFKC", address).translate(_DASHES).upper()
    return _NUMBER.sub(lambda found: _value(found[0]), _DROPPED.sub("", plain))


def lies_at(key: str, premises: str) -> bool:
    """Tell whether an address lies at named premises, both as keys: 和平路3号 holds 和平路3号院, not 和平路31号."""
    if not key.startswith(premises):
        return False
    rest = key[len(premises) :]
    return not (premises[-1:].isdigit() and rest[:1].isdigit())
