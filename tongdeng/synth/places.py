"""Invented places and bodies: home counties, addresses, schools, and employers with valid credit codes."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from tongdeng.synth.divisions import COMMUNITIES, COUNTY_PREFIX, DEMO_COUNTY, TOWNS

NAME_OF = {row.code: row.name_zh for row in DEMO_COUNTY}

_HOME_CITIES = "岚平 云川 临汐 清岚 泰宇 永澜 石陵 桐浦 白洛"
_HOME_STEMS = "安禾 云岫 临澜 清栎 泰禾 永栖 石漪 桐坞 白荻 金坨 大沅 望岫 青垭 梅垅 双栎 柳汀"
_HOME_TOWNS = "大柳 前进 红旗 双庙 三官 太平 兴隆 石佛 五里 马家店 龙潭 白云"
_HOME_VILLAGES = "前庄 后庄 王家坪 张湾 李楼 上塘 下塘 东沟 西岭 新屯 老营 陈寨"
_STREETS = (
    "新华路 人民路 建设路 解放巷 和平路 文化路 东风街 光明路 幸福巷 朝阳路 滨河路 育才路 花园路 兴业路 迎宾路 康宁街"
)
_BRANDS = "鑫源 恒通 宏达 瑞丰 华兴 永盛 金利 万和 顺达 博远 天成 嘉和 旺角 海盛 百川 同益 新锐 立信 锦程 丰泽"
_TRADES = (
    "制衣厂 电子厂 食品有限公司 建材有限公司 物流有限公司 机械厂 餐饮店 超市 家具厂 建筑工程有限公司 "
    "酒店 汽修厂 果业合作社 包装有限公司 物业服务有限公司 快递站 美发店 装饰工程有限公司 "
)
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True, slots=True)
class HomeCounty:
    """A county people come from: six digits outside the demo county, and its invented name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Employer:
    """A workplace with its unified social credit code (GB 32100) and the community it stands in."""

    name: str
    code: str
    community: str


@dataclass(frozen=True, slots=True)
class Dwelling:
    """One address in the county and how people live at it (a label of the police roll)."""

    community: str
    address: str
    lodging: str


def credit_code(first17: str) -> str:
    """Return the 18 characters of a credit code (GB 32100-2015: modulus 31)."""
    total = sum(_CREDIT.index(c) * w for c, w in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return first17 + _CREDIT[(31 - total % 31) % 31]


def _home_counties() -> tuple[HomeCounty, ...]:
    stems, cities, counties = _HOME_STEMS.split(), _HOME_CITIES.split(), []
    for city in range(1, 10):
        for number in (2, 3, 5, 8, 21, 22, 25, 31, 36, 81, 99)[: 11 if city < 5 else 7]:
            stem = stems[(city * 5 + number) % len(stems)]
            kind = "区" if number < 20 else "县" if number < 80 else "市"
            counties.append(HomeCounty(f"99{city:02d}{number:02d}", f"{cities[city - 1]}市{stem}{kind}"))
    return tuple(counties)


HOME_COUNTIES = _home_counties()
LOCAL = HomeCounty(COUNTY_PREFIX, NAME_OF[COUNTY_PREFIX + "000000"])


class Places:
    """Draws places from one stream of chance; streets and employers belong to a seed."""

    def __init__(self, chance: Random, people: int) -> None:
        self._chance = chance
        self._random = chance.random
        self._town_bounds = [*accumulate(self._town_weight(town) for town in TOWNS)]
        self._within = {town: [code for code in COMMUNITIES if code[:9] == town[:9]] for town in TOWNS}
        self._within_bounds = {town: self._community_bounds(codes) for town, codes in self._within.items()}
        self.employers = [self._employer(serial) for serial in range(max(16, people // 20))]
        self._sites = [employer for employer in self.employers if "工程" in employer.name]

    def _pick(self, words: str) -> str:
        return self._chance.choice(words.split())

    def _town_weight(self, town: str) -> float:
        kind = town[6:9]
        base = {"001": 24.0, "002": 17.0, "003": 16.0}.get(kind, 4.2 if kind < "200" else 2.6)
        return base * (0.85 + 0.3 * self._random())

    def _community_bounds(self, codes: list[str]) -> list[float]:
        weights = ((3.0 if code[9:] < "200" else 1.0) * (0.4 + self._random()) for code in codes)
        return [*accumulate(weights)]

    def community(self) -> str:
        """Return a community: the three streets hold more than half of all migrants."""
        town = self._chance.choices(TOWNS, cum_weights=self._town_bounds)[0]
        return self._chance.choices(self._within[town], cum_weights=self._within_bounds[town])[0]

    def home_county(self) -> HomeCounty:
        """Return a county outside this one; the nearer ones send more people."""
        return HOME_COUNTIES[int(len(HOME_COUNTIES) * self._random() ** 1.7)]

    def home_address(self, county: HomeCounty) -> str:
        """Return a registered address there."""
        group, number = 1 + int(self._random() * 9), 1 + int(self._random() * 90)
        if self._random() < 0.75:
            return f"{county.name}{self._pick(_HOME_TOWNS)}镇{self._pick(_HOME_VILLAGES)}村{group}组{number}号"
        return f"{county.name}{self._pick(_STREETS)}{number}号{group}单元{self._room()}室"

    def _room(self) -> str:
        return f"{1 + int(self._random() * 6)}0{1 + int(self._random() * 4)}"

    def dwelling(self, lodging: str) -> Dwelling:
        """Return an ordinary address in the county."""
        community = self.community()
        number, part = 1 + int(self._random() * 98), 1 + int(self._random() * 6)
        if community[9:] >= "200":
            address = f"{NAME_OF[community]}{part}组{number}号"
            if self._random() < 0.6:
                address += f"{'东西南北'[int(self._random() * 4)]}屋{part}间"
        else:
            street = _STREETS.split()[(int(community[6:9]) + int(community[9:]) * 3 + part % 2) % 16]
            address = f"{street}{number}号院{part}单元{self._room()}"
        return Dwelling(community, NAME_OF[community[:9] + "000"] + address, lodging)

    def employer(self) -> Employer:
        """Return an employer; few are large."""
        return self.employers[int(len(self.employers) * self._random() ** 1.8)]

    def room_of(self, employer: Employer) -> Dwelling:
        """Return a room in an employer's dormitory."""
        town = NAME_OF[employer.community[:9] + "000"]
        block = 1 + int(self._random() * 4)
        return Dwelling(employer.community, f"{town}{employer.name}{block}号宿舍楼{self._room()}室", "单位内部")

    def site(self) -> tuple[Employer, Dwelling]:
        """Return a building firm and a hut on one of its sites."""
        employer, community = self._chance.choice(self._sites), self.community()
        place = f"{NAME_OF[community[:9] + '000']}{self._pick(_STREETS)}工地{1 + int(self._random() * 9)}号板房"
        return employer, Dwelling(community, place, "工地现场")

    def _employer(self, serial: int) -> Employer:
        brands, trades = _BRANDS.split(), _TRADES.split()
        # Every trade comes up early, so that even a small county has a building firm.
        name = brands[serial * 7 % len(brands)] + trades[serial % len(trades)]
        place = self.community()
        if serial >= len(trades):
            name = NAME_OF[place].removesuffix("社区") + name
        body = "".join(self._chance.choice("0123456789ABCDEFGH") for _ in range(9))
        kind = "91" if name.endswith(("公司", "厂")) else "93" if name.endswith("社") else "92"
        return Employer(name, credit_code(f"{kind}{COUNTY_PREFIX}{body}"), place)


def school_name(community: str, stage: str) -> str:
    """Return the school of that stage which takes the children of a community."""
    town = NAME_OF[community[:9] + "000"].removesuffix("街道").removesuffix("镇").removesuffix("乡")
    half = "一" if int(community[9:]) % 2 else "二"
    return {
        "幼儿园": f"{town}第{half}幼儿园",
        "小学": f"{town}第{half}小学",
        "初中": f"{town}初级中学",
        "高中": f"示例县第{half}高级中学",
        "中职": "示例县职业教育中心",
    }[stage]
