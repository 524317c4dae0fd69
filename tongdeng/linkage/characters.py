"""Chinese characters as clerks confuse them: traditional for simplified, same sound, nearly the same shape.

Each name gets three keys: `plain` (simplified, without dots and blanks), `sound` (syllables) and `shape`. The tables
are joined per character in SQL, so a million names cost as many readings as there are different characters.
"""

from collections.abc import Iterable
from functools import lru_cache

from tongdeng.kernel.names import pinyin

# Traditional and simplified, in pairs: surnames and the usual characters of given names. A traditional character that
# is not here still has the same sound.
_TRADITIONAL = (
    "張张 陳陈 劉刘 楊杨 黃黄 趙赵 吳吴 孫孙 馬马 羅罗 鄭郑 謝谢 韓韩 馮冯 鄧邓 許许 蕭萧 呂吕 蘇苏 盧卢 蔣蒋 賈贾 "
    "葉叶 閆闫 閻阎 鍾钟 鐘钟 範范 譚谭 鄒邹 陸陆 顧顾 賀贺 賴赖 龔龚 龐庞 蘭兰 湯汤 錢钱 嚴严 顏颜 溫温 蘆芦 魯鲁 "
    "韋韦 畢毕 聶聂 叢丛 齊齐 莊庄 塗涂 時时 關关 費费 紀纪 歐欧 陽阳 諸诸 遲迟 萬万 龍龙 喬乔 國国 華华 偉伟 軍军 "
    "強强 傑杰 濤涛 飛飞 鵬鹏 輝辉 剛刚 寶宝 麗丽 鳳凤 紅红 蓮莲 瓊琼 靜静 豔艳 艷艳 雲云 義义 慶庆 榮荣 貴贵 興兴 "
    "東东 遠远 學学 曉晓 嬌娇 鋒锋 銘铭 錦锦 鈺钰 鋼钢 鐵铁 銀银 銳锐 鍵键 澤泽 軒轩 凱凯 軼轶 輪轮 憲宪 憶忆 恆恒 "
    "愛爱 懷怀 戰战 揚扬 權权 棟栋 樹树 楓枫 橋桥 歡欢 滿满 潔洁 潤润 瀟潇 瀾澜 煒炜 煥焕 燁烨 爾尔 瑪玛 瑩莹 環环 "
    "瓏珑 穎颖 穩稳 競竞 綠绿 維维 綱纲 網网 緯纬 縉缙 績绩 繼继 羨羡 聖圣 聞闻 聰聪 職职 肅肃 臨临 與与 舉举 藝艺 "
    "藍蓝 蘊蕴 衛卫 裡里 見见 親亲 觀观 計计 記记 訓训 詩诗 詠咏 誠诚 語语 說说 調调 諾诺 謙谦 講讲 識识 譽誉 讓让 "
    "豐丰 貝贝 貞贞 財财 賢贤 質质 躍跃 載载 達达 運运 進进 連连 鄉乡 釗钊 長长 門门 開开 閔闵 閣阁 陣阵 隊队 階阶 "
    "隨随 雙双 雜杂 難难 電电 韻韵 順顺 須须 頌颂 預预 頓顿 頡颉 題题 風风 餘余 駿骏 驍骁 驕骄 鴻鸿 鵑鹃 鶴鹤 鷹鹰 "
    "麥麦 齡龄 僑侨 儀仪 億亿 勝胜 動动 勞劳 勳勋 匯汇 協协 單单 嘯啸 嚮向 園园 圓圆 團团 報报 場场 堅坚 塵尘 壯壮 "
    "壽寿 夢梦 奮奋 婦妇 媽妈 嫻娴 嬋婵 孃娘 寧宁 實实 寬宽 專专 將将 導导 層层 嶺岭 峽峡 嵐岚 巖岩 帥帅 師师 帶带 "
    "幹干 幾几 廣广 廠厂 彎弯 後后 從从 徑径 復复 徵征 鬱郁 鵾鹍"
)
# Groups of characters that a hurried eye or a reading machine takes for one another.
_NEAR_SHAPES = (
    "未末 味昧妹 沫洙 王玉主壬 士土 干千于 天夫无 己已巳 日曰目 太大犬 刘对 李季孝 杨扬汤汪 江汗 沈沉忱 陈阵 郭廓 "
    "徐除 梁粱 宋宗 郑邓邹 冯马 菜蔡 余佘 侯候 戴载 毛手 史吏 贝见 丹舟 竞竟 雪雷 莉利苗 娟涓捐 婷停亭 玲铃珍 晶品 "
    "晴睛清情 洁浩 波披 林材 桂佳 梅海 涛铸 明朋 昊吴 旭九 丁于 宁丁 龙尤 亮高 凯剀 宇字 宏宠 辰晨 佩倾 倩情 博搏 "
    "诗侍 萱宣 颖颍 燕蒸 瑶摇 睿容 泽译 豪毫亳 祥样 田由甲申 石右 古占 白自 名各 合会 平乎 甘廿 令今 兔免 乌鸟 岛鸟 "
    "为办 力刀 人入八 儿几 子孑 了子 木本术 禾木 来耒 东乐 爪瓜 北比 外处 冬各 仓仑 伦沧 轮抡 论沦 沧伧 治冶 冷泠 "
    "冲沖 冰水 永水 求永 水木 火大 灶杜 炜伟 炀杨 杜社 祖租组 祝祀 神坤 伸坤 绅神 珅坤 坷柯 河何 柯何 仁仨 他她 付什 "
    "仟仔 任住 佳住 往住 侠挟 俊峻骏 浚俊 竣俊 珺郡 群郡 裙郡 君居 尹伊 尧浇 晓浇 烧晓 浇烧 绕晓 骁晓 烨华 桦华 晔华 "
    "铧桦 芳芬 芝芸 英莫 茵菌 荣苹 蓉容 苹平 萍苹 评坪 莲连 琏链 涟琏 莹萤 营莹 莺营 菲非 霏菲 绯霏 妃妮 妮昵 尼妮 "
    "婉惋 碗婉 腕婉 琬碗 娇骄 姣校 娜哪 挪娜 嫒媛 媛援 缓媛 暖媛 瑗援 丽两 俪丽 美姜 姜羡 兰三 蓝篮 监蓝 凤风 枫风 "
    "飒风 锋峰 蜂峰 烽锋 丰半 平半 斌赋 彬杉 林彬 淋琳 霖淋 森焱 淼森 磊垒 鑫金 铭络 洛铭 钰珏 珪硅 涵函 瀚翰 轩轲 "
    "皓浩 晧皓 诰浩 哲晢 喆哲 智知 晰析 昕听 欣听 忻欣 芯沁 心必 志忐 忠患 思恩 惠慧 意億 慈蕙 春舂 夏复 秋秩 冬务 "
    "桃挑 柏拍 松忪 桐铜 彤丹 栋拣 冻栋 楠喃 楷揩 樱缨 璎樱 康唐 庚唐 庆厌 庄压 应兴 兴光 立应 新亲 章草 童竟 彭膨 "
    "贾贯 贵责 费贵 贺货 质贡 赢嬴 超赵 越超 起赵 建健 健键 廷延 庭挺 艇挺 迁迂 迎仰 远运 达过 逸免 遥谣 瑶遥 淘陶 "
    "萄陶 院完 阮玩 防妨 阳阴 陆际 隆降 雁鹰 鸿鸣 鹏鹊 鹤鹏 飞气 韦韧 韩朝 潮朝 顾硕 领颂 颜顔 默黑 黄寅"
)
_UNSURE_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_SIMPLIFIED = {pair[0]: pair[1] for pair in _TRADITIONAL.split()}


def _near_pairs() -> dict[str, str]:
    """Return each character with those it is taken for; nearness is not passed on (王 is near 玉, 玉 near 主)."""
    near: dict[str, str] = {}
    for group in _NEAR_SHAPES.split():
        for character in group:
            near[character] = near.get(character, "") + "".join(c for c in group if c != character)
    return near


NEAR = _near_pairs()


def plain(name: str) -> str:
    """Return the name in simplified characters and without dots, blanks and hyphens; Latin letters in capitals."""
    return "".join(_SIMPLIFIED.get(c, c) for c in name if c.isalpha() or "\ue000" <= c <= "\uf8ff").upper()


@lru_cache(maxsize=65536)
def _heard(character: str) -> str:
    heard = pinyin(plain(character))
    for said, written in _UNSURE_SOUNDS:
        heard = heard.replace(said, written)
    return heard


def sound(name: str) -> str:
    """Return the syllables as they are heard: zh as z, -ng as -n, the usual slips of ear and dialect."""
    # Character by character: run together, xi'an'ge would lose a g that no ear has missed.
    return "".join(map(_heard, name))


def table(names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return (character, plain, sound) for every character of the names; a dot or blank gives empty texts."""
    characters = sorted({c for name in names for c in name})
    return [(c, plain(c), sound(c)) for c in characters]


def near_table() -> list[tuple[str, str]]:
    """Return the pairs of characters of nearly the same shape, both ways."""
    return [(c, other) for c, others in NEAR.items() for other in sorted(set(others))]
