"""What each number of a message stands for: teams registered, teams that failed, a wish, a result that is claimed, or nothing of a quota."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.sums.parts import ON_TOP, is_part
from handlers.sums.told import KIND, KIND_AFTER, STOPS, YEAR, Role, Told, kind_of
from handlers.values import Number
from knowledge.model import Kind

_JOINED = re.compile(r"\s?[个支]?\s?(?:qc)?(?:小组|班组)?\s?(?:和|与|及|跟|、|,|(?:涨|增|加|升|变|提高|增加)(?:到|成|至)|[,;、]?\s?(?:加上|还有)?(?:[^\W\d_]{0,4}\d?(?:厂|分厂|部|公司|车间|矿|处|院)|(?<=、)[^\W\d_组班报荐送退其活成果注册参完结]{1,5})(?:是|有|的|:)*)(?:小组|班组|qc)?\s?")
_PARTS = re.compile(r"\s?[个家](?:车间|分厂|工厂|厂|部门|分公司|子公司|公司|单位|工段|科室|装置|作业区)")
_IN_EACH = re.compile(r"(?:各|每[个家]?)(?:个|家|自)?(?:车间|分厂|厂|部门|分公司|公司|单位|工段|科室|装置|作业区)?(?:都|均|有|是|备案?|登记|通过|了)*\s?$")
_BATCH = re.compile(r"[一二三四]季度|第[一二三四]批|[上下]半年")
_BOTH_OF = re.compile(r"\s?个?\s?(?:都|各|均)")
_DIFFERENCE = re.compile(r"比[^,;。?!]{1,8}(?:多|少|增加|减少)(?:了|出)?\s?$")
_CHANGED = re.compile(r"(?:涨|增|升|提高|减|降|变|调|缩)[加少整]?(?:到|成|至|为)了?")
_COMPARES = re.compile("差|多[几少]|比原来|分别|各|原来|之前|前后")
_RESTATED = re.compile(r"(?:也?就是|等于|还?剩下?的?|实际(?:是|有|通过)?|核实(?:是|有)?|记得是)\s?$")
_LISTED_ON = re.compile(r"\s?[个支]?[、,\s]\s?[^\W\d_组班报荐送退其合共总今去年]{1,5}\s?")  # and the next: 三车间9 机修 7
NOT_DONE = "没有?(?:弄|搞|报|做|办|整|建|成立)"  # of something done, not of something passed: 一个没过 may be the only one that failed
_NONE = re.compile(rf"\s?个\s?(?:小组|班组)?(?:(?:也|都)(?:没|未|不)|{NOT_DONE}|没[有得]?(?=[,;。?!\s]|$))")
DONE = re.compile(r"已经?(?:交|报|传|提交|上传|上报|申报|推荐|送|用)(?:上去)?了?\s?$")
_NEAR = 16  # characters that belong to a number on either side
_REGISTERED = re.compile(r"备案?|登记|注册|通过|过审|报备|(?<![a-z])[nm]\s?(?:=|是|为)|过了|小组|qc|班组|信得过|共|总数|审过|批(?:下来|准|过)|系统(?:里|上|中|内)?|(?<![超不])过\s?$")
_NO_COUNT_LEFT = re.compile(
    r"(?:附件|附表|(?<!仪)表(?!是)|注|群|电话|手机|座机|邮编|第|t/caq|人数|职工|员工|人员|成员|完成人|花了|块|评委|专家|每班|每组|每个(?:小组|班组)|(?:一个|每个?|各|^个)(?:车间|厂|分厂|部门|单位|分公司|工段|科室)(?:都|备案)?|还是|[差缺]|[*×x乘/÷]"
    r"|(?:今年|刚刚?|才)[^,;。?!]{0,3}(?:成立|组建|新建)[了的]*|经费|投入|效益|奖励|奖金|(?<!信)得过|字数|[获得拿]奖|最多|不超过|限|(?<!组)占了?(?:小组|班组)?)\s?[:=是为有]?\s?$")
_NO_COUNT_RIGHT = re.compile(
    r"/(?!\s|小组|班组|qc)|(?!\s?[nm]\s?=)\s?[多来余几]?\s?(?:[%年月日号天点人位员元岁页次份版届期倍字篇楼级种\ufffckmg]|分(?![配到给几别])|名(?!额)|条|万元|块|百分"
    r"|个(?:人|月|字|账号|帐号|系统|工作日|评委|专家|企业|单位|公司|厂|分厂|分公司|车间|部门|科室|员工|职工|成员|组员|问题|附件|阶段|步骤|档|证书|名字|姓名|联系"
    r"|电话|群|主要|完成人|选项|省|市|会员|专业|年|小时|阿拉伯|先进|奖|空格|字符|文件|表|栏|月))")
_ITEM = re.compile(r"(?:qc)?(?:小组|班组)(?:备案|通过|有|数|:)*")
_ONE_TEAM = re.compile(r"\s?个\s?(?:qc)?(?:小组|班组)")
_TEAM_RIGHT = re.compile(r"\s?[个支]?\s?(?:已|都|均|全)?(?:备案|登记|通过|过了)")
_WEAK_RIGHT = re.compile(r"\s?[个支*x×乘]|今年|去年|上年|本年|\s?(?:$|[,;。?!、)呢吗的呀吧啊]|能|可|名额|怎么|左右|报|差|占|\s)")
_WISH_RIGHT = re.compile(r"\s?(?:项|个(?:(?:qc)?\s?(?:小组|班组))?的?(?:成果|名额|指标|课题|项目))|名额|指标")
_WISHED = re.compile(r"想|要|拿|争取|报|给|凑|得到|获|推|送|名额|指标|求|能|可以|有")
_WISH_LEFT = re.compile(
    r"(?:(?<![备])(?:申报|上报|(?<![申上补没])报|推荐|推|荐|争取|凑|拿|获得|得到|挑选|选送|送|上)(?:到|了|上|出|满|够|去|得)?|想要|要|想报|(?:名额|指标)(?:(?:要|给|有|够)了?|了?(?=\s?$)))"
    r"\s?(?:小组|班组|成果|qc)?\s?$")
_CLAIM_LEFT = re.compile(
    r"(?:就是|等于|%\s?=|(?<![打少多漏复])算(?:出来?|下来|成|得|的)?(?:了|是|为|得|就)*|应该?(?:就?是|得)?|得出|只能(?:报|推|有|给)?|只有?给|四舍五入(?:后|完|以后)?(?:是|得|为|就是)?"
    r"|(?:名额|指标)(?:数|就|应该|只)*(?:是|为|=)|结果是?|进[到位成]|舍[到成]|取整?(?:是|得|为)?|所以(?:就是?)?|(?<!好)填(?:了|的)?(?:是)?|说(?:是|成|能|可以)?|还是|是不是(?:正好|刚好|就)?|≈)\s?$")
_PASSED = re.compile("通过|备案|登记")
_ISNT = re.compile(r"不是\s?$")
_WHY = re.compile(r"(?:为[啥何]|为什么|咋|怎么)(?:就)?不是\s?$")
_COUNT_IS = re.compile(r"\s?[个支]?(?:qc)?(?:小组|班组)?\s?(?:就|应该|只|可以?|能)?是\s?")
_ASKED = re.compile(r"\s?[个项]?(?:小组|班组|名额|成果)?[吗么嘛]")
FAILED = r"(?:[没未不](?:有|能|被|获得?)?(?:备案(?:通过)?|审核通过|通过|过(?!关)|批|审)|被?退回|被?驳回|被?打回|退了|被退|淘汰|刷[掉下]|作废|取消|注销|待审|(?:正|还|仍)?在审|审核中)"
_FAILED_LEFT = re.compile(rf"{FAILED}(?:来|去)?[”'」]?(?:的|了)?(?:小组|班组)?(?:还?有|是)?\s?$")
_FAILED_RIGHT = re.compile(rf"(?!一个[也都])(?:\s?个\s?(?:小组|班组)?)?\s?(?:都|也|还|备案|审核|评审|申报)?\s?{FAILED}")
_FAILED_AT_IT = re.compile(rf"(?:个(?:小组|班组)?)?(?:都|也|备案|审核|评审|申报)?{FAILED}(?!来?(?:[的了](?:小组|班组)?)?[有是]?$)")
_CORRECTED = re.compile(r"不对|[打说写看记搞弄算数][错岔串]|不是,? ?是|错了|更正|纠正|哦不|啊不|噢不|额不|呃不|不不|应为|而是|改[成为]|(?:搞|弄|说|写)[反混]|准确|确切|精确|具体(?:数|是|说)|岔了")
_MANY = 10  # from here on a result is far below its count
_CLOSE = 5  # a corrected count is rarely less than a fifth of the slip


def roles(words: str, numbers: tuple[Number, ...]) -> list[Told]:
    """Each number with its role. A number taken back (64个，不对，是46个; 不是64个) has none."""
    told = []
    for place, number in enumerate(numbers):
        left, right = _around(words, numbers, place)
        if told and told[-1].role is Role.FAILED and number.start - len(left) == told[-1].number.end and (own := _FAILED_RIGHT.match(left)):
            left = left[own.end():]  # 3个没通过 37个通过了
        shared = place + 1 < len(numbers) and number.end + len(right) == numbers[place + 1].start
        role = _role(number, left, right, shared)
        small = role is Role.WEAK or role is Role.TEAM and bool(told) and number.value * _CLOSE < told[-1].number.value
        if small and told and told[-1].role is Role.TEAM and _COUNT_IS.fullmatch(words, told[-1].number.end, number.start):
            role = Role.CLAIM  # 小组75个是6个
        if told and ("各" in left or "每" in left) and _IN_EACH.search(left) and (parts := _parts(told)):
            number, role = replace(number, value=number.value * parts), Role.TEAM  # 三个分厂各40个
        joined = bool(place) and bool(_JOINED.fullmatch(words, numbers[place - 1].end, number.start)
                                      or told[-1].joined and _LISTED_ON.fullmatch(words, numbers[place - 1].end, number.start))
        if joined and role is Role.WISH and (told[-1].role is Role.TEAM or told[-1].role is Role.WEAK and number.value * _CLOSE > told[-1].number.value) and not _WISH_LEFT.search(left):
            role = Role.TEAM  # 499和500名额差多少
        if role is Role.OTHER and told and _BATCH.search(left) and not _NO_COUNT_RIGHT.match(right):
            role = Role.WEAK  # 一季度12二季度20三季度15
        if role is Role.WEAK and is_part(told, number, words):
            role = Role.PART
        last = next((before.role for before in reversed(told) if before.role not in (Role.PART, Role.FAILED)), None)
        on_top = last in (Role.TEAM, Role.WISH) and role in (Role.TEAM, Role.WEAK) and bool(ON_TOP.search(left))
        told.append(Told(number, Role.TEAM if on_top else role, left, right, place, on_top, joined))
    return _second_wish(_corrected(_no_fractions(told), words))


def teams_of(told: list[Told]) -> list[Told]:
    """The numbers tied to teams or registration, and bare ones that go on from them; without any, all bare ones.

    Where some failed or a result is claimed, what was handed in counts: 报上去50个没通过的有12个.
    """
    known = {one.role for one in told}
    second = Role.WISH if Role.FAILED in known or {Role.WISH, Role.CLAIM} <= known else Role.CLAIM
    teams = [one for one in told if one.role in (Role.TEAM, Role.WEAK)] or [one for one in told if one.role is second and not _ISNT.search(one.left)][:1]
    firm: list[Told] = []
    for one, later in zip(teams, [*teams[1:], None]):
        leads = later is not None and later.joined and later.role is Role.TEAM and not one.right.strip(" ,、个支和与及跟")  # 71,33 小组班组; 199个和200个小组
        if one.role is Role.TEAM or leads or YEAR.search(one.left) or (firm and one.place == firm[-1].place + 1 and one.joined):
            firm.append(one)
    return firm or teams


def failed_span(one: Told) -> tuple[int, int]:
    """Where 5个没过 or 没通过的有12个 stands."""
    if right := _FAILED_RIGHT.match(one.right):
        return one.number.start, one.number.end + right.end()
    left = _FAILED_LEFT.search(one.left)
    return one.number.start - len(one.left) + (left.start() if left else len(one.left)), one.number.end


def _parts(told: list[Told]) -> int:
    """Of how many parts of a company each has the number that follows; 0 where none were counted."""
    parts = [one for one in told if _PARTS.match(one.right)][-1:]
    return int(parts[0].number.value) if parts and parts[0].role is Role.OTHER else 0


def told_apart(told: list[Told], teams: list[Told]) -> bool:
    """小组比班组多20个，班组30个: a difference before any count of its own says that the counts are not all told."""
    first = min((one.place for one in teams), default=0)
    return any(one.role is Role.DIFFERENCE and one.place < first for one in told)


def _around(words: str, numbers: tuple[Number, ...], place: int) -> tuple[str, str]:
    number = numbers[place]
    begin = max(numbers[place - 1].end if place else 0, number.start - _NEAR)
    end = min(numbers[place + 1].start if place + 1 < len(numbers) else len(words), number.end + _NEAR)
    left = words[begin:number.start]
    if (stops := list(STOPS.finditer(left))) and not left[stops[-1].end():].strip() and left.rstrip().endswith(":"):
        stops.pop()  # 小组:1,100 - the colon joins
    left = left[stops[-1].end():] if stops else left
    right = words[number.end:end]
    stop = STOPS.search(right)
    return left, right[:stop.start() + 1] if stop and stop.start() else right


def _role(number: Number, left: str, right: str, shared: bool) -> Role:
    """``shared``: the words behind lead on to the next number, and may be that one's (50个没通过的有12个)."""
    if number.value == 1 and _NONE.match(right) or number.value == 2 and _BOTH_OF.match(right) and not _REGISTERED.search(left):
        return Role.OTHER  # 班组一个也没有备案; 两个都翻倍
    if _ISNT.search(left) and not left.rstrip().endswith("是不是"):
        return Role.CLAIM if _ASKED.match(right) or _WHY.search(left) else Role.OTHER
    if _CLAIM_LEFT.search(left) and not _PASSED.search(left) and not _TEAM_RIGHT.match(right) and not KIND_AFTER.match(right) and not _NO_COUNT_RIGHT.match(right):
        return Role.CLAIM
    if "比" in left and _DIFFERENCE.search(left):
        return Role.DIFFERENCE
    if _NO_COUNT_LEFT.search(left) or _NO_COUNT_RIGHT.match(right):
        return Role.OTHER
    if _FAILED_LEFT.search(left) or (_FAILED_AT_IT if shared else _FAILED_RIGHT).match(right):
        return Role.FAILED
    registered = _REGISTERED.search(left)
    if "已" in left and DONE.search(left) or (_WISH_RIGHT.match(right) and (not registered or _WISHED.search(left))) or (_WISH_LEFT.search(left) and "备" not in left[-4:]):
        return Role.WISH
    if shared and number.value < 10 and not left.strip() and _ITEM.fullmatch(right):
        return Role.OTHER  # ①小组58个
    if number.value == 1 and _ONE_TEAM.match(right) and not registered:
        return Role.OTHER  # 一个小组能报几个成果
    if registered or KIND_AFTER.match(right) or _TEAM_RIGHT.match(right):
        return Role.TEAM
    return Role.WEAK if _WEAK_RIGHT.match(right) or not right else Role.OTHER


def _no_fractions(told: list[Told]) -> list[Told]:
    """小组64个 5.12取几: the product beside its count counts nothing itself."""
    if not any(one.number.whole and one.role in (Role.TEAM, Role.WEAK) for one in told):
        return told
    return [one if one.number.whole else replace(one, role=Role.OTHER) for one in told]


def _corrected(told: list[Told], words: str) -> list[Told]:
    """Without the count that the next one takes back; where kinds differ, of the same kind."""
    result: list[Told] = []
    for one in told:
        counting = [n for n, before in enumerate(result) if before.role in (Role.TEAM, Role.WEAK)]
        beyond = bool(counting) and result[counting[-1]].left.rstrip().endswith(("不止", "不只"))
        restated = one.role in (Role.CLAIM, Role.WEAK) and bool(_RESTATED.search(one.left)) and bool(counting) and one.number.value * _CLOSE > result[counting[-1]].number.value >= _MANY
        if counting and one.role in (Role.TEAM, Role.WEAK, Role.CLAIM) and (restated or beyond or _moved(result[counting[-1]], one, words) or _CORRECTED.search(words, result[counting[-1]].number.end, one.number.start)):
            slip = _slip(one, [result[n] for n in counting])
            if slip and (one.role is not Role.CLAIM or one.number.value * _CLOSE > slip.number.value):
                result = [replace(before, role=Role.OTHER) if before is slip else before for before in result]
                one = replace(one, role=Role.TEAM)
        result.append(one)
    return result


def _moved(before: Told, one: Told, words: str) -> bool:
    """从60涨到75: only where the two are not compared, nor of two years."""
    between = words[before.number.end:one.number.start]
    return bool(_CHANGED.search(between)) and "年" not in between and not _COMPARES.search(words)


def _slip(one: Told, counting: list[Told]) -> Told | None:
    own = _named_by(one)
    if own is None or len(counting) == 1:
        return counting[-1]
    return next((before for before in reversed(counting) if _named_by(before) is own), None)


def _named_by(one: Told) -> Kind | None:
    """The kind that stands at the number itself."""
    named = [*KIND.finditer(one.left)][-1:] or [match for match in [KIND_AFTER.match(one.right)] if match]
    return kind_of(named[0]) if named else None


def _second_wish(told: list[Told]) -> list[Told]:
    """报9个小组5个班组: both are wished."""
    for earlier, one in zip(told, told[1:]):
        kinds = [KIND_AFTER.match(side.right) for side in (earlier, one)]
        if earlier.role is Role.WISH and one.role is Role.TEAM and all(kinds) and kind_of(kinds[0]) is not kind_of(kinds[1]) and not re.search("备|登|通过", one.right):
            told = [replace(other, role=Role.WISH) if other is one else other for other in told]
    return told


