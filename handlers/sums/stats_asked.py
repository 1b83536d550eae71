"""Whether a message asks about the statistics sheet (附件6): a rate to be worked out, a formula, a row's unit or meaning."""

from __future__ import annotations

import re
from functools import lru_cache

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.sums.money import amounts, rows_confused, rows_in_money
from handlers.sums.quota_words import residue
from handlers.sums.shares import is_about, is_meant
from handlers.sums.stats_period import asks_period
from handlers.values import Values
from knowledge.model import Document, Statistic
from knowledge.text import NormalText, sounded

RATE, FORMULA, MEANING, TWO_COUNTS, AMOUNT, APART, PERIOD = "rate", "formula", "meaning", "two_counts", "amount", "apart", "period"

_TWO_COUNTS_ENTRY = "registered_meaning"  # what 注册 and 备案 count
_MARK = "statistic."  # before a statistic's id among an Ask's concepts
_FORMULA = re.compile(r"公式|怎么?个?(?:算|计算|得|来)|咋算|咋个?算|如何计?算|算法|计算|分子|分母|什么比什么|谁比谁|除以|等于|多少$|是多少|是什么$|是啥$|啥意思|什么意思|含义|指什么|=")
_UNIT = re.compile(r"单位(?!名称|盖|公章)|计量|万元|百分数|百分比|小数|几位|人次|论(?:个|人)|元还是|按(?:元|个|人)|什么意思|啥意思|含义|指什么|指啥|是指|怎么理解|口径")
_WHICH_ROWS = re.compile(r"[几哪][个种些]?口径|还有别的|[几哪][几]?[项行栏]")
_TO_WRITE = re.compile("[填写]|保留|[几哪]位|小数|四舍五入")
_ELSEWHERE = re.compile(r"影响|要求|达到多|至少|不低于|低于|考核|必须|达标|合格率|满意|参与率|完成率|什么时候|啥时候|哪天|几号|哪段|时间|附件[几哪]|哪个附件|盖章|公章|交到?哪|谁填|在哪")
_TWO_RATES = re.compile(r"(?:两|2|二)个?率|这俩率|(?<!通过)(?<!合格)率都|各率")
_COMPARED = re.compile(r"区别|一样|一回事|是不是|相同|不同|同一|就是|吗|还是|哪个|差别|混|一码事|等同")
_SOUNDS_LIKE_RATE = re.compile("[率律绿虑滤]|lv")
_PERCENTAGE = re.compile(r"百分之[几多]|百分比|百分率|占比|占[几多]|比例|[几多少]个?(?:%|点)|率")
_NO_PART = re.compile(r"没有?人|无人|没有?(?:小组)?(?:取得|出)?成果")
_OWN = re.compile(r"qc|的|\s|质量管理")
_FILLER = re.compile(r"(?:打|说|写|看|记|搞|弄|输|算|数)[错岔混]了?|岔了?|漏|又来|多算|少算|加|减|不好意思|不对|错了|更正|刚|改|应该|那么?|如果|要是|换成|改成|是|的话|呢|吗|啊|呀|吧|了|的|有|共|我们?|咱们?|职工|员工|总数|人数|参加|参与|小组|qc|注册|登记|取得|成果|数|人|个|名|和|与|多少|全厂|全公司|单位|一共|总共|来|也|就|今年|本年度?|出")
_HOW_SO = re.compile(r"(?:这个?|那个?|是)*(?:怎么|咋|如何|怎样)(?:个)?(?:算|来|得|得出)(?:出来|的|来|法)*[?呢啊呀]*")
_LITTLE = 6  # signs of other words beside the numbers of a follow-up
_ENOUGH_PAIRS = 3
_STATED = {True: re.compile("职工|员工|参加"), False: re.compile("(?:今年|本年度?).{0,4}(?:注册|登记)|(?:取得|出了?|拿了?)成果")}  # of people, of teams
_SPACE = re.compile(r"[\W_]+")


def wants_stats(text: NormalText, values: Values, conversation: Conversation, notice: Document) -> Ask | None:
    """The question if it is about a rate or a row of the sheet; None for anything else.

    ``Ask.topic``: "rate" (compute), "formula", "meaning" (unit and sense of rows), "two_counts" (注册 or 备案), "amount" (money in the unit of its row), "apart" (rows not to be put together), "period" (whether a month lies within).
    """
    words = text.text
    rates = _rates_named(words, notice) or _rates_meant(words, values, notice)
    if not rates:
        return _go_on(words, values, conversation, notice) or _stated(words, values, conversation, notice) or _other_rows(words, values, notice)
    numbers = [number for number in values.numbers if not number.before.endswith(("附件", "第")) and not number.after.startswith("个率")]
    if len(numbers) == len(values.numbers) == 1 and not numbers[0].whole and _TO_WRITE.search(words):
        return _ask(MEANING, words, values, rates)  # 普及率算出来33.333填多少
    if numbers or values.days or _NO_PART.search(words):
        return _ask(RATE, words, values, rates)
    if _ELSEWHERE.search(words):
        return None
    if earlier := _told_before(rates, conversation):
        return _ask(RATE, words, values, rates).but(earlier=earlier)
    if _UNIT.search(words) and not re.search(r"意思|含义|指", words):
        return _ask(MEANING, words, values, rates)
    bare = len(_SPACE.sub("", words)) <= len("本年度小组普及率多少呢")
    return _ask(FORMULA, words, values, rates) if _FORMULA.search(words) or bare else None


def statistics_of(ask: Ask, notice: Document) -> list[Statistic]:
    """The rows that the question is about, in the order of the sheet."""
    marked = [name.removeprefix(_MARK) for name in ask.concepts if name.startswith(_MARK)]
    named = [row for name, row in notice.statistics.items() if name in marked]
    if named:
        return named
    return [notice.statistics[name] for name in _rates_named(ask.text, notice) or _rows_named(ask.text, notice)]


def _ask(topic: str, words: str, values: Values, names: list[str]) -> Ask:
    return Ask(Family.STATS, topic=topic, values=values, text=words, concepts=frozenset(_MARK + name for name in names))


def _rates_named(words: str, notice: Document) -> list[str]:
    rates = {name: row for name, row in notice.statistics.items() if row.numerator}
    if _TWO_RATES.search(words):
        return list(rates)
    flat = words.replace(" ", "")
    named = [name for name, row in rates.items() if any(word.lower() in flat for word in row.words)]
    if named or not _SOUNDS_LIKE_RATE.search(flat):
        return named
    heard = sounded(flat.replace("lv", "率"))  # 普级率, 普及律
    return [name for name, row in rates.items() if any(sounded(word) in heard for word in row.words if word.endswith("率"))]


def _rates_meant(words: str, values: Values, notice: Document) -> list[str]:
    """职工800人参加320人，百分之几: the rate whose part and whole are both said."""
    if len(values.numbers) < 2 or not _PERCENTAGE.search(words):
        return []
    return [name for name, row in notice.statistics.items() if row.numerator and is_meant(row, words)][:1]


def _go_on(words: str, values: Values, conversation: Conversation, notice: Document) -> Ask | None:
    """The numbers of a rate asked before: 320/800 · 参加320 · 如果参加400呢. What is not said anew stays."""
    before = _rows_before(conversation) or [conversation.entry.removeprefix("stat_")]
    rates = [name for name in before if name in notice.statistics and notice.statistics[name].numerator]
    if rates and not values.numbers and _HOW_SO.fullmatch(words) and -1 not in (earlier := _told_before(rates, conversation) or (-1,)):
        return _ask(RATE, words, values, rates).but(earlier=earlier)
    if not rates or not (values.numbers or any("/" in words[day.start:day.end] for day in values.days)):
        return None
    rest = residue(values, words, filler=_FILLER)
    if len(rest) > _LITTLE or rest and not any(is_about(notice.statistics[name], words) for name in rates):
        return None
    return _ask(RATE, words, values, rates).but(earlier=_told_before(rates, conversation))


def _rows_before(conversation: Conversation) -> list[str]:
    return [name.removeprefix(_MARK) for name in conversation.concepts if name.startswith(_MARK)]


def _told_before(rates: list[str], conversation: Conversation) -> tuple[int, ...]:
    """Part and whole of the question before, if that was about this one rate."""
    if conversation.family != Family.STATS or len(rates) != 1 or _rows_before(conversation) != rates:
        return ()
    return conversation.counts if len(conversation.counts) == len(("part", "whole")) else ()


def _stated(words: str, values: Values, conversation: Conversation, notice: Document) -> Ask | None:
    """职工总数是2000人 · 今年注册了55个小组: a number of a rate and nothing else, before the rate is asked for."""
    if not values.numbers or conversation.expects == Family.QUOTA or residue(values, words, filler=_FILLER):
        return None
    rate = next((name for name, row in notice.statistics.items() if row.numerator and _STATED["人" in row.numerator].search(words)), "")
    return _ask(RATE, words, values, [rate]).but(earlier=_told_before([rate], conversation)) if rate else None


def _other_rows(words: str, values: Values, notice: Document) -> Ask | None:
    """注册 against 备案, or the unit of a row that is no rate."""
    sheet = _sheet(notice)
    if asks_period(words, values, sheet):
        return _ask(PERIOD, words, values, [])
    if "注册" in words and "备案" in words and "编号" not in words and _COMPARED.search(words) and not values.numbers and _TWO_COUNTS_ENTRY in notice.entries:
        return _ask(TWO_COUNTS, words, values, []).but(entry=_TWO_COUNTS_ENTRY)
    if not values.numbers and (rows := _of_the_kind(rows_confused(words, notice.statistics), words, notice)):
        return _ask(APART, words, values, rows)
    if (money := rows_in_money(words, notice.statistics, sheet)) and (found := amounts(words, values)):
        return _ask(AMOUNT, words, Values(found), _of_the_kind(money, words, notice))
    rows = _rows_named(words, notice, nearly=not values.numbers) if _UNIT.search(words) and not _WHICH_ROWS.search(words) else []
    return _ask(MEANING, words, values, rows) if rows else None


def _sheet(notice: Document) -> str:
    """附件6, as the clauses of the rows are labelled; no words of anyone where there are no rows."""
    return next((notice.label(row.clause).partition(" ")[0] for row in notice.statistics.values()), "\n")


def _rows_named(words: str, notice: Document, nearly: bool = False) -> list[str]:
    """The row whose words are in the question; of several the one with the longest, and its like for the other kind."""
    flat = _OWN.sub("", words)
    lengths = {name: max((len(word) for word in _short(row.label, row.words) if word in flat), default=0)
               for name, row in notice.statistics.items() if row.unit}
    best = max(lengths.values(), default=0)
    names = [name for name, length in lengths.items() if length == best] if best > 2 else _nearly_named(flat, notice) if nearly else []
    return _of_the_kind(names, words, notice)


def _nearly_named(flat: str, notice: Document) -> list[str]:
    """The one row with which the words share most pairs of signs: 参与班组活动人数."""
    shared = {name: sum(pair in flat for pair in _pairs(_short(row.label, row.words)[-1])) for name, row in notice.statistics.items() if row.unit and not row.numerator}
    most = max(shared.values(), default=0)
    names = [name for name, pairs in shared.items() if pairs == most]
    return names if most >= _ENOUGH_PAIRS and len(names) == 1 else []


def _pairs(text: str) -> set[str]:
    return {text[n:n + 2] for n in range(len(text) - 1)}


@lru_cache(maxsize=256)
def _short(label: str, words: tuple[str, ...]) -> list[str]:
    label = label.partition("=")[0].partition("（")[0]
    return [short for word in (*words, label) if (short := _OWN.sub("", word.lower()))]


def _of_the_kind(names: list[str], words: str, notice: Document) -> list[str]:
    """Of 小组's and 班组's row the one that was said."""
    crew = "班组" in words or "信得过" in words
    group = not crew and ("qc" in words or "小组" in words)
    if len(names) < 2 or not (crew or group):
        return names
    return [name for name in names if ("班组" in notice.statistics[name].label) == crew] or names
