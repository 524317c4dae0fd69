"""The demo county 示例县 (990101): one county, 14 towns and 210 communities, all invented."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

Level = Literal["county", "town", "community"]

COUNTY = "990101000000"
COUNTY_PREFIX = "990101"


class DivisionRow(NamedTuple):
    """One division: 12 digits, its names, its level and the code of the division it lies in (empty for the county)."""

    code: str
    name_zh: str
    name_en: str
    level: Level
    parent: str


# Town, then its five residents' committees (001-005), then its ten villagers' committees (200-209).
_TOWNS: tuple[tuple[str, str, str, str], ...] = (
    ("001", "城关街道 Chengguan Subdistrict",
     "东关 Dongguan,西关 Xiguan,钟楼 Zhonglou,文庙 Wenmiao,新华路 Xinhualu",
     ("河湾 Hewan,北坡 Beipo,赵庄 Zhaozhuang,杨家堡 Yangjiabao,南寨 Nanzhai,"
     "陈村 Chencun,柿园 Shiyuan,泉水 Quanshui,马坊 Mafang,田家 Tianjia")),
    ("002", "新桥街道 Xinqiao Subdistrict",
     "桥东 Qiaodong,桥西 Qiaoxi,纺织 Fangzhi,站前 Zhanqian,人民路 Renminlu",
     ("新桥 Xinqiao,上营 Shangying,下营 Xiaying,郭村 Guocun,李家湾 Lijiawan,"
     "槐树 Huaishu,东窑 Dongyao,西窑 Xiyao,砖瓦窑 Zhuanwayao,高庙 Gaomiao")),
    ("003", "南山街道 Nanshan Subdistrict",
     "南门 Nanmen,山前 Shanqian,工业园 Gongyeyuan,建设路 Jianshelu,锦绣 Jinxiu",
     ("南山 Nanshan,石碑 Shibei,孙家沟 Sunjiagou,梨园 Liyuan,胡家 Hujia,"
     "坡头 Potou,花园 Huayuan,半坡 Banpo,枣林 Zaolin,后沟 Hougou")),
    ("100", "柳林镇 Liulin Town",
     "柳林街 Liulinjie,镇北 Zhenbei,镇南 Zhennan,粮站 Liangzhan,柳苑 Liuyuan",
     ("大柳 Daliu,小柳 Xiaoliu,徐家营 Xujiaying,沙河 Shahe,吴村 Wucun,"
     "白杨 Baiyang,西滩 Xitan,东滩 Dongtan,油坊 Youfang,冯家 Fengjia")),
    ("101", "清溪镇 Qingxi Town",
     "清溪街 Qingxijie,溪东 Xidong,溪西 Xixi,水岸 Shuian,文昌 Wenchang",
     ("上溪 Shangxi,下溪 Xiaxi,竹园 Zhuyuan,茶坊 Chafang,周家塘 Zhoujiatang,"
     "月牙 Yueya,莲花 Lianhua,荷塘 Hetang,龚村 Gongcun,渡口 Dukou")),
    ("102", "石桥镇 Shiqiao Town",
     "石桥街 Shiqiaojie,桥头 Qiaotou,矿山 Kuangshan,新村 Xincun,光明 Guangming",
     ("石门 Shimen,石岭 Shiling,韩家坪 Hanjiaping,黑石 Heishi,青石 Qingshi,"
     "磨坊 Mofang,铁匠 Tiejiang,谢村 Xiecun,洞口 Dongkou,苗圃 Miaopu")),
    ("103", "龙泉镇 Longquan Town",
     "龙泉街 Longquanjie,泉南 Quannan,泉北 Quanbei,酒厂 Jiuchang,和平 Heping",
     ("龙头 Longtou,龙尾 Longwei,温泉 Wenquan,邓家 Dengjia,井上 Jingshang,"
     "井下 Jingxia,麻地 Madi,葛村 Gecun,红土 Hongtu,寺前 Siqian")),
    ("104", "杏花镇 Xinghua Town",
     "杏花街 Xinghuajie,杏林 Xinglin,果品 Guopin,朝阳 Chaoyang,春风 Chunfeng",
     ("杏园 Xingyuan,桃园 Taoyuan,苹果 Pingguo,核桃 Hetao,许家 Xujia,"
     "蜂场 Fengchang,花山 Huashan,丁村 Dingcun,阳坡 Yangpo,阴坡 Yinpo")),
    ("105", "双河镇 Shuanghe Town",
     "双河街 Shuanghejie,河东 Hedong,河西 Hexi,码头 Matou,滨河 Binhe",
     ("双河口 Shuanghekou,三岔 Sancha,鱼池 Yuchi,芦苇 Luwei,袁家 Yuanjia,"
     "堤北 Dibei,堤南 Dinan,水磨 Shuimo,唐村 Tangcun,沙洲 Shazhou")),
    ("106", "东川镇 Dongchuan Town",
     "东川街 Dongchuanjie,川口 Chuankou,电厂 Dianchang,园丁 Yuanding,迎宾 Yingbin",
     ("上川 Shangchuan,中川 Zhongchuan,下川 Xiachuan,姚家 Yaojia,平地 Pingdi,"
     "风口 Fengkou,麦场 Maichang,卢村 Lucun,窑店 Yaodian,羊圈 Yangjuan")),
    ("107", "金塔镇 Jinta Town",
     "金塔街 Jintajie,塔前 Taqian,塔后 Tahou,丰收 Fengshou,友谊 Youyi",
     ("金塔 Jinta,金沟 Jingou,银沟 Yingou,蔡家 Caijia,古寨 Guzhai,"
     "官道 Guandao,铺头 Putou,汪村 Wangcun,棉花 Mianhua,玉米 Yumi")),
    ("108", "青岭镇 Qingling Town",
     "青岭街 Qinglingjie,岭东 Lingdong,岭西 Lingxi,林场 Linchang,森工 Sengong",
     ("青岭 Qingling,野狐 Yehu,松树 Songshu,贾家 Jiajia,云岭 Yunling,"
     "药山 Yaoshan,炭窑 Tanyao,方村 Fangcun,鹿鸣 Luming,垭口 Yakou")),
    ("200", "云台乡 Yuntai Township",
     "云台街 Yuntaijie,台上 Taishang,台下 Taixia,茶山 Chashan,新居 Xinju",
     ("云顶 Yunding,云脚 Yunjiao,石屋 Shiwu,段家 Duanjia,高岭 Gaoling,"
     "冷水 Lengshui,乱石 Luanshi,雷村 Leicun,梯田 Titian,望月 Wangyue")),
    ("201", "松坪乡 Songping Township",
     "松坪街 Songpingjie,坪上 Pingshang,坪下 Pingxia,牧场 Muchang,安居 Anju",
     ("松坪 Songping,柏坪 Baiping,草甸 Caodian,侯家 Houjia,马鞍 Maan,"
     "鹰嘴 Yingzui,荞麦 Qiaomai,史村 Shicun,羊坡 Yangpo,星光 Xingguang")),
)  # fmt: skip


def _rows() -> Iterator[DivisionRow]:
    yield DivisionRow(COUNTY, "示例县", "Shili County", "county", "")
    for number, town, residents, villagers in _TOWNS:
        zh, en = town.split(" ", 1)
        code = f"{COUNTY_PREFIX}{number}000"
        yield DivisionRow(code, zh, en, "town", COUNTY)
        for first, names, suffix in ((1, residents, ("社区", "Community")), (200, villagers, ("村", "Village"))):
            for place, name in enumerate(names.split(","), first):
                stem, romanised = name.split(" ")
                full = stem if stem.endswith(suffix[0]) and suffix[0] == "村" else stem + suffix[0]
                yield DivisionRow(f"{code[:9]}{place:03d}", full, f"{romanised} {suffix[1]}", "community", code)


DEMO_COUNTY: list[DivisionRow] = list(_rows())
TOWNS: tuple[str, ...] = tuple(row.code for row in DEMO_COUNTY if row.level == "town")
COMMUNITIES: tuple[str, ...] = tuple(row.code for row in DEMO_COUNTY if row.level == "community")
