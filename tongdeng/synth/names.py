"""Invented Chinese names: by sex and decade of birth, with dotted names, rare characters and natural namesakes."""

from collections.abc import Sequence
from itertools import accumulate
from random import Random

_SURNAMES = (
    "王70 李69 张66 刘52 陈45 杨30 赵22 黄22 周20 吴20 徐16 孙15 胡13 朱12 高12 林12 何11 郭11 马10 罗9 梁8 宋8 郑8 "
    "谢7 韩7 唐7 冯7 于6 董6 肖6 程6 曹6 袁5 邓5 许5 沈5 曾5 彭5 吕5 苏5 卢5 蒋5 蔡5 贾4 丁4 魏4 薛4 叶4 闫4 余4 "
    "潘4 杜4 夏4 钟4 汪4 田4 任4 姜4 范4 傅3 戴3 方3 石3 姚3 谭3 廖3 邹3 熊3 金3 陆3 郝3 孔3 白3 崔3 康3 毛3 邱3 "
    "秦3 江3 史3 顾3 侯3 邵3 孟3 龙2 万2 段2 雷2 钱2 汤2 尹2 黎2 易2 常2 武2 乔2 贺2 赖2 龚2 文2 庞2 樊2 兰2 殷2 "
    "施2 陶2 洪2 翟2 安2 颜2 倪2 严2 牛2 温2 芦1 季1 俞1 章1 鲁1 葛1 伍1 韦1 申1 尤1 毕1 聂1 丛1 焦1 向1 柳1 邢1 "
    "路1 岳1 齐1 梅1 莫1 庄1 辛1 管1 祝1 左1 涂1 谷1 祁1 时1 舒1 耿1 牟1 卜1 詹1 关1 苗1 凌1 费1 纪1 靳1 盛1 童1 "
    "欧阳1 覃1 仝1 令狐1 上官1 司马1 诸葛1 尉迟1 亓1 逄1 郄1 仉1 昝1 缑1"
)
# First and second characters of given names by era and sex; the earlier in the line, the more common.
_POOLS: dict[tuple[int, str], tuple[str, str]] = {
    (0, "male"): ("建国志文德玉树永福光长春金正明世学兴天万", "国军民华林生平明清祥富才贵山海田义成发强"),
    (0, "female"): ("秀玉桂淑凤春翠月素兰金惠爱彩巧荣菊", "英兰珍芳梅花莲琴荣芝香云娥霞华凤仙珠"),
    (1, "male"): ("建志国文海晓永小红卫立俊新春宏东学少", "军伟强勇华明平峰涛刚斌辉林波杰民兵东"),
    (1, "female"): ("丽秀晓红玉春小海艳雪美爱彩燕淑桂云", "红丽霞艳梅芳玲敏娟燕英萍琴华云莉娜平"),
    (2, "male"): ("俊志晓文嘉海世明建天宇浩子鹏家佳少", "杰鹏超浩磊涛伟龙飞宇峰凯强斌阳博辉"),
    (2, "female"): ("雪佳晓丽梦思静海婷小文雅艳玉欣美倩", "婷静娜敏雪燕倩丽洁玲慧莹颖琳媛蕾佳"),
    (3, "male"): ("子浩宇梓俊一嘉奕泽皓沐睿天铭思博文", "轩涵宇豪泽辰睿博然航熙晨杰洋霖阳"),
    (3, "female"): ("梓子雨欣思诗一语若可雅佳梦紫沐静艺", "涵萱怡彤琪妍悦瑶萌然菲汐琳宁馨雯"),
}
_SINGLE: dict[tuple[int, str], str] = {
    (0, "male"): "义忠勇明强华刚平", (0, "female"): "英兰芳梅珍玲芬琴",
    (1, "male"): "伟强勇军涛磊斌刚峰平", (1, "female"): "芳丽敏燕艳霞玲娟静红",
    (2, "male"): "伟磊超鹏浩杰涛凯帅宇", (2, "female"): "静婷敏娜丽雪倩丹颖洁",
    (3, "male"): "睿轩浩宸烁煜", (3, "female"): "悦妍萱瑶彤琪",
}  # fmt: skip
_RARE = "喆堃昇犇淼赟頔䶮翀珺垚焱骉旻祎𬱖"

# Ethnic group, men's names, women's names, whether the father's name follows after a dot.
_OTHER_NAMES: tuple[tuple[str, str, str, bool], ...] = (
    ("维吾尔族", "艾力 买买提 吐尔逊 阿不都热合曼 玉素甫 卡德尔 艾尔肯 亚森 帕尔哈提 依明",
     "阿依古丽 古丽娜尔 帕提古丽 热依汗 阿孜古丽 米娜瓦尔 茹仙古丽 努尔古丽 迪丽努尔 祖丽菲亚", True),
    ("哈萨克族", "叶尔兰 巴合提 努尔兰 阿斯哈尔 别克波拉提 赛力克",
     "阿依努尔 古丽巴哈尔 玛依拉 萨吾列 加娜尔 库丽扎提", True),
    ("藏族", "扎西顿珠 次仁旺堆 丹增 平措 洛桑 多吉才让 尼玛次仁", "卓玛 拉姆 央金 德吉 白玛措 次仁卓嘎 梅朵", False),
    ("蒙古族", "巴特尔 苏和 那日苏 阿古拉 布和 孟和", "萨日娜 乌兰 其其格 娜仁 高娃 托娅", False),
    ("彝族", "阿木·沙马 吉克·阿牛 木乃·拉且 俄木·尔布", "阿依·吉木 沙马·阿呷 吉克·伍果 罗洪·阿芝", False),
)  # fmt: skip
_GROUPS = ("回族", "满族", "壮族", "苗族", "土家族", "侗族", "瑶族", "白族", "布依族", "东乡族", "朝鲜族", "畲族")


def _era(year: int) -> int:
    return 0 if year < 1968 else 1 if year < 1985 else 2 if year < 2002 else 3


class NameMaker:
    """Draws names from one stream of chance."""

    def __init__(self, chance: Random) -> None:
        self._random = chance.random
        entries = _SURNAMES.split()
        self._surnames = [entry.rstrip("0123456789") for entry in entries]
        weights = (int(entry[len(name) :]) for entry, name in zip(entries, self._surnames, strict=True))
        self._bounds = list(accumulate(weights))
        self._chance = chance

    def surname(self) -> str:
        """Return a surname, as common as it is in life."""
        return self._chance.choices(self._surnames, cum_weights=self._bounds)[0]

    def _common(self, pool: Sequence[str]) -> str:
        # The power makes the first entries common, so that namesakes appear by themselves.
        return pool[int(len(pool) * self._random() ** 1.4)]

    def given(self, sex: str, year: int, first: str = "") -> str:
        """Return a given name of that decade. `first` fixes its first character, as twins' parents like to do."""
        era = _era(year)
        draw = self._random()
        if not first and draw < (0.08, 0.2, 0.22, 0.06)[era]:
            return self._common(_SINGLE[era, sex])
        heads, tails = _POOLS[era, sex]
        tail = self._common(tails) if draw < 0.992 else self._common(_RARE)
        return (first or self._common(heads)) + tail

    def dotted(self, sex: str) -> tuple[str, str]:
        """Return a whole name of a group with another way of naming, and that group."""
        group, men, women, patronym = _OTHER_NAMES[int(len(_OTHER_NAMES) * self._random() ** 1.5)]
        own = self._common((men if sex == "male" else women).split())
        return (f"{own}·{self._common(men.split())}" if patronym else own), group

    def ethnic_group(self) -> str:
        """Return 汉族 for nineteen people of twenty."""
        return "汉族" if self._random() < 0.95 else self._common(_GROUPS)
