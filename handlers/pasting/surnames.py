"""Surnames and the shape of a personal name: language, not notice. Used to tell names from other words."""

from __future__ import annotations

from functools import lru_cache

SINGLE = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊"
    "纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁"
    "单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄麴家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬郗班仰秋仲伊宫宁仇栾"
    "暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑"
    "桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师"
    "巩厍聂晁勾敖融冷訾辛阚那简饶曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴归海晋楚闫法汝鄢涂钦商牟佘佴"
    "伯赏墨哈谯笪年爱阳佟言福原苟仝揭晃闪代付覃肖邸初但郇战佘区才冮门矫展修续由粘赫雒税荀楼栗库苑冼尉种青候占隋辜户祖粟银巨买"
    "校仁计揣芦未亓丛都邝兰车院禚锁宾敬朴普闭信操晋撒刚斯豆苑肇鹿冶慈铁佐植来麦衣油回苏令把开折宛菅盘英磨官帖綦郄逯郅衷柏单敏香"
    "曲檀漆卿鲜谌闾揭樑岩问浮字次祎底迟逢蹇桥毓茆苌乾塔幺仵厚尧母线畅褟弋要位南西北"
)
# Characters that are surnames, but stand far more often in questions and labels: no help in telling a name.
DOUBTFUL = frozenset("有后要开把来字次问线校院未信由但由官公都区种才初年别须相经应时单查和从成")
COMPOUND = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 "
    "钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 "
    "呼延 东郭 南门 羊舌 微生 左丘 东门 西门 第五 贺兰 完颜 纳兰 爱新觉罗 叶赫那拉 那拉 达奚 褚师 南荣 东里 梁丘 即墨 单于 淳于 郦其 "
    "范姜 张简 陆费 哈斯 呼和 阿史那 耶律 萨克达 乌雅 富察 钮祜禄 瓜尔佳".split()
)
# Characters with which names of other languages are written (阿卜杜拉, 古丽娜尔, 扎西次仁).
SOUNDS = frozenset(
    "阿卜杜拉买提古丽娜尔木江艾力依布都不热合曼吐逊努克孜汗吾斯迪麦库亚萨比巴哈帕夏海玛伊拜肉孜塔什帖铁穆罕默德图尔荪沙吉达瓦扎西"
    "次仁旺堆洛桑卓嘎央金格桑多吉尼顿珠平措曲珍加才让巴特尔其其格乌云高娃那日苏额勒苏和呼日吉雅朝鲁斯琴赛罕腾毕力格宝音满都祖农"
    "赛买再乃提谢里甫衣明仙姆米日班凯尤努司马义奴克拉斯恰孜加坎赛力别巴合"
)
WORDS = frozenset(
    "时间 费用 金额 方法 方案 单位 公章 公司 计划 应用 经验 经济 效益 成果 成员 安全 相关 关键 常见 通知 高温 高压 文件 文字 字数 "
    "年份 年度 有效 强制 管理 农业 项目 名称 部门 手机 电话 高级 班长 班组 双方 从事 查看 开始 要求 都行 后面 别的 向上 成立 时候 "
    "车间 问题 信息 全部 平均 路线 方式 经过 水平 单个 和谐 国家 温度 计量 任务 白班 夜班 红旗 明天 明年 何时 包括 包含 方便 解决 "
    "许可 任何 容易 简称 简单 公开 公示 官网 来源 终止 储运 焦化 乙班 房间 台账 汇总 统计 申报 申请 宣传 都是 应该 那个 那么 查下 "
    "查询 于是 关于 年底 党员 范围 范例 相同 石化 石油 通过 通报 钢铁 管道 包装 席位 季度 单班 连续 程度 步骤 益处 利润 权限 支持 "
    "马上 平时 宁可 成本 成绩 华东 江苏 海南 广东 山东 云南 江西 湖南 安徽 安排 路径 满分 毕竟 都可 支部 尚未 万元 万一 充分".split()
)


# The surnames of nine people in ten, and the compound ones: where a word may be cut into names.
COMMON = COMPOUND | frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏"
    "韦付方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)


def is_han(char: str) -> bool:
    """A Chinese character, of the extension planes and the compatibility block too, and 〇."""
    code = ord(char)
    return (0x2E80 <= code <= 0x2FDF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF or 0xE000 <= code <= 0xF8FF
            or char in "〇々")


def surname_of(name: str) -> str:
    """The surname with which ``name`` begins, a compound one before a single one; "" for none."""
    for length in (4, 3, 2):
        if len(name) > length - 1 and name[:length] in COMPOUND:
            return name[:length]
    return name[0] if name and _single(name[0]) else ""


def is_name(text: str) -> bool:
    """The shape of a Han name: a surname and one or two characters (after a compound one: one to three)."""
    surname = surname_of(text)
    return bool(surname) and 0 < len(text) - len(surname) <= 2 and all(map(is_han, text))


def is_foreign_name(text: str) -> bool:
    """A name written by sound, such as 古丽娜尔 or 阿卜杜拉·买买提: mostly characters used for sounds."""
    letters = [char for char in text if is_han(char)]
    return len(letters) >= 3 and sum(char in SOUNDS for char in letters) * 4 >= len(letters) * 3


def surely_name(text: str) -> bool:
    """A name and hardly anything else: what a bare message must consist of to be taken for a list of names."""
    return (is_name(text) and text[0] not in DOUBTFUL and text not in WORDS and len(text) <= 4) or is_dotted(text)


def is_dotted(text: str) -> bool:
    parts = text.split("·")
    return len(parts) in (2, 3, 4) and all(len(part) >= 1 and all(map(is_han, part)) for part in parts) and len(text) >= 4


@lru_cache(maxsize=4096)
def _single(char: str) -> bool:
    return char in SINGLE or _simplified(char) in SINGLE


def _simplified(char: str) -> str:
    from knowledge.text import normalise

    return normalise(char).text
