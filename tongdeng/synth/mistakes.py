"""What a clerk can do wrong with one value: wrong characters in names, wrong digits, other ways to write a date."""

from collections.abc import Callable
from random import Random

_SOUND = (
    "伟玮炜纬 丽莉立俪 芳方坊 敏闽 静靖净 婷亭庭 娜那 秀绣 英瑛莺 兰岚蓝 珍贞真 梅玫眉 玲铃灵 燕艳雁 红洪宏鸿虹 霞侠 "
    "华花桦 云芸耘 平萍苹 强墙 勇永咏 军君均钧 磊蕾垒 涛滔 杰捷洁 超朝 鹏朋彭 辉晖徽 斌彬宾 刚钢纲 明铭鸣 建健剑 "
    "国帼 志智治 文雯纹 德得 玉钰育 福富 光广 长常 春椿 金锦今 正政证 世士仕 学雪 兴星 子紫梓 浩昊皓 宇雨羽语 俊峻竣骏 "
    "嘉佳家加 博波勃 涵含晗 轩宣萱 豪毫 泽择 辰晨宸 睿瑞锐 欣新心馨 怡宜仪 诗师 思丝斯 琪琦奇祺 悦月跃 彤童桐 瑶遥 "
    "晓小筱 海亥 张章彰 李黎 刘留 陈程 徐许 余于俞 吴武伍 付傅 肖萧 闫严颜 江姜蒋 石时施 袁元原 贾甲 邱丘 戴代 孔空"
)
_SHAPE = (
    "未末 王玉 田由 士土 千干 天夫 己已 日曰 太大 刘对 李季 杨扬 汪江 沈沉 陈阵 郭廓 徐除 梁粱 宋宗 郑邓 冯马 菜蔡 "
    "丁于 余佘 侯候 汤杨 戴载 毛手 史吏 贝见 丹舟 竞竟 雪雷 莉苗 娟涓 婷停 玲珍 晶品 晴睛 洁浩 波披 林材 桂佳 梅海 "
    "涛铸 明朋 昊吴 旭九 宁丁 龙尤 亮高 凯剀 宇字 宏宠 辰晨 佩倾 倩情 博搏 诗侍 萱宣 颖颍 燕蒸 瑶摇 睿容 泽译 豪亳 祥样"
)


def _swaps(groups: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for group in groups.split():
        for character in group:
            found[character] = found.get(character, "") + group.replace(character, "")
    return found


SOUNDS, SHAPES = _swaps(_SOUND), _swaps(_SHAPE)
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def _replaced(name: str, swaps: dict[str, str], chance: Random) -> str:
    places = [place for place, character in enumerate(name) if character in swaps]
    if not places:
        return name
    place = chance.choice(places)
    return name[:place] + chance.choice(swaps[name[place]]) + name[place + 1 :]


def same_sound(name: str, chance: Random) -> str:
    """Return the name with one character that sounds the same, if it has one."""
    return _replaced(name, SOUNDS, chance)


def near_shape(name: str, chance: Random) -> str:
    """Return the name with one character that looks nearly the same, if it has one."""
    changed = _replaced(name, SHAPES, chance)
    return changed if changed != name else same_sound(name, chance)


def other_dot(name: str, chance: Random) -> str:
    """Return a dotted name with another dot, or with none."""
    return name.replace("·", chance.choice((".", "•", "．", " ", "")))


def wrong_digit(number: str, chance: Random) -> str:
    """Return the number with one digit mistyped or lost. The prefix stays 99: a mistake must not make a real number."""
    place = chance.randrange(4, 17)
    if chance.random() < 0.15:
        return number[:place] + number[place + 1 :]
    digit = str((int(number[place]) + chance.randrange(1, 10)) % 10)
    return number[:place] + digit + number[place + 1 :]


def swapped_digits(number: str, chance: Random) -> str:
    """Return the number with two unequal neighbours in each other's place."""
    places = [place for place in range(4, 16) if number[place] != number[place + 1]]
    place = chance.choice(places)
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def old_number(number: str, chance: Random) -> str:
    """Return the 15 digits that were used before 1999, for those born before 2000."""
    return number[:6] + number[8:17] if number[6:8] == "19" else number


def spreadsheet_number(number: str, chance: Random) -> str:
    """Return what a spreadsheet makes of a long number; with an X at the end it leaves it alone."""
    return f"{int(number):.5E}" if number.isdecimal() else number


def placeholder(number: str, chance: Random) -> str:
    """Return what is typed when the field must not be empty."""
    return chance.choice(("0" * 18, f"000000{number[6:14]}0000", "无"))


def lower_case(number: str, chance: Random) -> str:
    """Return the number with a small x."""
    return number.lower()


def full_width(number: str, chance: Random) -> str:
    """Return the number in full-width digits."""
    return number.translate(_FULL_WIDTH)


def blanks(number: str, chance: Random) -> str:
    """Return the number in groups, or with a blank behind it."""
    return f"{number[:6]} {number[6:14]} {number[14:]}" if chance.random() < 0.4 else number + " "


def _parts(day: str) -> tuple[int, int, int]:
    return int(day[:4]), int(day[5:7]), int(day[8:10])


def slashes(day: str) -> str:
    """Return `2026/3/1`."""
    year, month, number = _parts(day)
    return f"{year}/{month}/{number}"


def digits_only(day: str) -> str:
    """Return `20260301`."""
    return day.replace("-", "")


def in_chinese(day: str) -> str:
    """Return `2026年3月1日`."""
    year, month, number = _parts(day)
    return f"{year}年{month}月{number}日"


DATE_FORMS: tuple[Callable[[str], str], ...] = (slashes, digits_only, in_chinese)
