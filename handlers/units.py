"""The words for organisations: where a parent body (上级部门) ends in a name, and which endings a sealed name has. Language, not notice."""

from __future__ import annotations

import re

HAN = r"\u3400-\u9fff"

# A parent body ends here when something of its own stands before it and a name behind it. Longest first.
_STRONG = ("有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "分公司", "子公司", "公司", "集团", "事业部", "项目部", "指挥部", "经理部", "运行部",
           "管理部", "总厂", "分厂", "工厂", "研究院", "设计院", "研究所", "设计所", "检验所", "监测所", "管理处", "车间", "作业部", "作业区", "中心",
           "大队", "总站", "部", "厂", "科", "处")
# These are a level above the team in some companies and the team itself in others.
_WEAK = ("中石化", "中石油", "中海油", "工段", "工区", "队", "矿", "油田", "石化", "炼化", "局")
# Characters behind a suffix with which it is part of another word: 处理, 部件, 厂区, 科研.
_GOES_ON = {"处": "理置方长", "部": "件分位署队落门长", "厂": "区内外房务际长商级站", "科": "研技学普目长", "中心": "线点区长", "公司": "级", "矿": "浆石山物粉渣井用长",
            "队": "长伍员列", "石化": "", "局": "部长", "集团": "级", "车间": "主", "工段": "长", "工区": "长", "炼化": "", "油田": "", "作业区": "长"}
_WORKING_TEAM = re.compile(r"[一二三四五六七八九十\d]$|(?:检修|维修|保运|采油|采气|钻井|作业|测井|试油|运输|消防|巡线|综采|掘进)$")
# Words that end like a parent body and are none.
_NO_BODY = ("内部", "外部", "局部", "全部", "底部", "顶部", "头部", "尾部", "东部", "西部", "南部", "北部", "中部", "上部", "下部", "俱乐部", "干部", "梦工厂",
            "学科", "百科", "到处", "用处", "好处", "益处", "暗处", "深处", "高处", "布局", "格局", "结局", "全局", "大局", "原矿", "选矿", "专科", "本科", "内科", "外科", "文科", "理科")


def parent_body(name: str, weak: bool = False) -> str:
    """The front part of ``name`` that is a body above the team (东海石化有限公司炼油二部|常减压一班), or "".

    With ``weak`` also bodies of which one cannot be sure: 工段, 队, 油田 and abbreviations of companies.
    """
    ends = [end for suffix in (_WEAK if weak else _STRONG) for end in _body_ends(name, suffix)]
    return name[:max(ends)] if ends else ""


def _body_ends(name: str, suffix: str) -> list[int]:
    ends, start = [], name.find(suffix)
    while start >= 0:
        end = start + len(suffix)
        if _own_name(name[:start], suffix) and len(name) - end >= 2 and name[end] not in _GOES_ON.get(suffix, "长") and not _no_body(name[:end]):
            ends.append(end)
        start = name.find(suffix, end)
    return ends


def _own_name(before: str, suffix: str) -> bool:
    """部, 厂 and 科 need a name of their own in front: 炼油二部, 储运部, but not 电厂 or 外科. 一车间 and 总部 do."""
    if suffix == "队":
        return bool(_WORKING_TEAM.search(before))
    needed = {"中石化": 0, "中石油": 0, "中海油": 0, "厂": 2, "科": 2, "处": 2, "中心": 2, "集团": 2, "矿": 2, "石化": 2, "炼化": 2, "油田": 2, "局": 2}.get(suffix, 1)
    return len(before) >= needed


def _no_body(front: str) -> bool:
    return front.endswith(_NO_BODY)


# —— 企业名称 ——

LEGAL_FORMS = ("有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "集团公司", "总公司", "股份公司", "公司")
_BRANCH = re.compile(r"(?:分|支|子)公司$|(?:分厂|分店|分行|支行|分院|分所|分社|分部|营业部|经营部|门市部|营业所|办事处|代表处)$")

# How the sealed names of enterprises and institutions end besides the forms of companies.
SEALED = (
    "公司 集团 总厂 分厂 厂 院 所 局 社 行 店 馆 场 园 站 库 矿 学校 大学 学院 中学 小学 幼儿园 协会 学会 商会 联合会 促进会 基金会 委员会 管委会 委 事务所 合作社 "
    "供销社 信用社 合伙 有限合伙 中心 油田 煤矿 金矿 铁矿 经营部 服务部 营业部 门市部 销售部 经销部 批发部 零售部 购销部 供应部 加工部 维修部 修理部 "
    "收购部 商贸部 项目部 经理部 事业部 展销部 贸易部 指挥部 总部 分部 俱乐部 商店 商行 商场 超市 酒店 饭店 宾馆 旅馆 餐厅 酒楼 农场 林场 牧场 渔场 猎场 茶场 药店 药房 "
    "医院 诊所 卫生院 卫生室 医务室 工作室 办事处 代表处 管理处 联络处 总站 银行 支行 分行 保险 信托 基金 证券 队 大队 总队 支队 工程处 水厂 电厂 电站 水库 水电站 加油站 加气站 "
    "油库 仓库 码头 港 港口 机场 车站 铁路 电网 管理局 总局 分局 供电局 研究会 实验室 检测站 监测站 印刷厂 联营厂 管理站 总会 联社 租赁站 开发部 工厂 家庭农场 专业户 "
    "茶行 茶楼 会所 影楼 花店 书店 网吧 浴室 洗浴 KTV 食堂 客栈 山庄 度假村 渔业 种植园 养殖场 苗圃 基地 石料场 砂石场 采石场 砖厂 屠宰场 市场 广场 大厦 城 坊 轩 阁 铺 屋 庄 堂 吧 户 号 楼 记 村 组织 "
    "公社 出版社 旅行社 杂志社 报社 通讯社 电视台 电台 剧院 影院 剧团 体育馆 图书馆 博物馆 纪念馆 文化馆 档案馆 展览馆 车行 车队 船队 工会 党校 军区 部队 监狱 法院 检察院 "
    "政府 联盟 交易所 结算所 疗养院 养老院 敬老院 福利院 研究室 设计室 水利枢纽 段 开发区 保税区 园区 工程部 制作部 装饰部 设计部 摄影部 修配部 配件部 "
    "家电部 技术部 咨询部 信息部 中介部 租赁部 装潢部 代理部 广告部 印务部 电脑部 手机部 建材部 五金部 化妆品部 百货部 副食部 食品部 服装部 灯饰部 家具部 汽配部 石材部 苗木部".split()
)
SEALED_ENDINGS = tuple(sorted(set(SEALED), key=len, reverse=True))

# Departments of a company, as they are wrongly put behind its name. Branches with a seal of their own (营业部, 项目部) are none.
_SEALED_PARTS = re.compile(
    r"(?:营业|经营|门市|销售|经销|服务|批发|零售|购销|项目|经理|加工|维修|修理|收购|商贸|贸易|展销|俱乐|指挥|工程|开发|供应|分|总|制造|制品|开采|采购供应|"
    r"客服|客户服务|咨询|代理|租赁|印刷|装饰|设计|广告|生产经营|劳务|运输|货运|汽修|配件|建材|化工|电脑|信息|证券)部$|(?:卫生|医务|工作|实验|诊|陈列|展)室$|"
    r"(?:办事|代表|管理|联络|工程|接待|分销|收储)处$|采油厂|分公司")
_DEPARTMENT = re.compile(
    r"(?:质量|质管|质检|安全|环保|健康|生产|设备|机动|技术|科技|研发|管理|人力|人事|资源|财务|资产|行政|综合|办公|党|工会|团委|企管|企业|计划|采购|物资|供应|仓储|储运|"
    r"运行|调度|检验|化验|分析|炼油|乙烯|动力|电气|仪表|维修|保运|公用|热电|水务|聚丙烯|合成|催化|信息|市场|营销|法务|审计|发展|规划|战略|运营|标准|计量|监督|监察|"
    r"作业|一|二|三|四|五|六|七|八|九|十|\d)"
    r"(?:[\u3400-\u9fff]{0,6})(?:部|处|科|室|车间|办|办公室|中心|工段|班|组|班组|小组|作业区|分厂)$")


_SURELY_INNER = re.compile(r"(?:车间|工段|[一二三四五六七八九十甲乙丙丁\d]班|班组|QC小组|小组|科室|[一二三四五六七八九十\d]分厂|党支部|党委|团委|工会委员会)$", re.I)
_IN_BRACKETS = re.compile(r"[（(]([^（）()]{2,12})[）)]$")


def department_behind(name: str) -> tuple[str, str] | None:
    """(company, department) where a department stands behind the legal form: 江北化工有限公司|质量管理部."""
    inside = _IN_BRACKETS.search(name)
    if inside and _DEPARTMENT.match(inside.group(1)):
        return name[:inside.start()], inside.group(1)
    company, rest = after_legal_form(name)
    if not rest or rest.endswith(LEGAL_FORMS):
        return None
    if _SURELY_INNER.search(rest) or (_DEPARTMENT.search(rest) and not _SEALED_PARTS.search(rest) and not _BRANCH.search(rest)):
        return company, rest
    return None


def only_department(name: str) -> bool:
    """A department without its company: 质量管理部."""
    return bool(_DEPARTMENT.match(name)) and not _SEALED_PARTS.search(name)


def after_legal_form(name: str) -> tuple[str, str]:
    """The name up to its last inner 公司 (or 厂 before a workshop) and what stands behind it."""
    end = name.rfind("公司", 0, max(0, len(name) - 1)) + 2
    if end < 2 and _SURELY_INNER.search(name):
        end = name.rfind("厂", 0, len(name) - 1) + 1
        end = end if end > 3 else 0
    return (name[:end], name[end:].lstrip("（()）-— ")) if end > 2 else (name, "")


def two_companies(name: str) -> tuple[str, str] | None:
    """(parent, company) where two limited companies stand in a row; a branch behind its company is one name."""
    end = name.find("公司") + 2
    parent, rest = name[:end], name[end:]
    if end < 4 or len(rest) < 6 or rest.startswith(("）", ")")) or parent.endswith(("分公司", "支公司")) or _BRANCH.search(rest):
        return None
    limited = rest.endswith(("有限公司", "责任公司", "股份公司", "集团公司"))
    under_group = rest.endswith("公司") and parent.endswith(("集团公司", "集团有限公司"))
    return (parent, rest) if limited or under_group else None

