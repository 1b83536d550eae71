"""Whether a message asks for a quota to be worked out, and from which numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec.structs import replace

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.sums.apart import blanked
from handlers.sums.count import Count, Counted
from handlers.sums.counts import counts, kinds_said
from handlers.sums.quota_follow import (
    ALLOWED,
    BACKWARDS,
    CLAIM,
    FORWARD,
    HOW_MANY,
    UNCLEAR,
    count_before,
    follow_up,
    goes_on,
    listed,
    other_number,
    put_right,
    quota_ask,
    remembered_kind,
    result_said,
)
from handlers.sums.quota_sums import quota_of
from handlers.sums.quota_words import (
    ALL_OF_THEM,
    ASKED_WITH_NUMBER,
    ASKED_WITHOUT,
    BACKWARDS_ASKED,
    BACKWARDS_WITH_WISH,
    NONE_AT_ALL,
    NOT_QUOTA,
    ONE_MORE,
    QUOTA_WORDS,
    REMAINING,
    RULE,
    YES_NO,
    about_quotas,
    any_of,
    just_how_many,
    residue,
)
from handlers.sums.rounding import rounded
from handlers.values import Number, Values
from knowledge.model import Document, Kind
from knowledge.text import NormalText

_WORK_OUT = re.compile(r"算[一个]?[下算]|帮算|代算|计算|求")
_BOTH = re.compile("[都各均]")
_REGISTERED = re.compile("备案|登记|通过")
_AMOUNT = re.compile(r"几|多少|数量|算|乘|舍|进|取|按|对|是不是")
_OF_A_BAND = re.compile(r"几个点|[这那哪]一?档|百分之?[几多]|\d%|多少比例|什么比例|比例[是多]")  # 两百到五百个那档是几个点: the rule is asked, not a sum
_ENDS = re.compile(r"\s?[个支]?(?:小组|班组|qc)?\s?(?:[,;。?!:、\n]|\s|$)")


def wants_quota(text: NormalText, values: Values, conversation: Conversation, notice: Document, loosely: bool = False) -> Ask | None:
    """The question if a quota is to be worked out (forwards, backwards, or held against a wish or claim); None for anything else.

    ``Ask.topic`` says which; ``values.numbers`` holds the counts, ``kinds`` the kind of each (empty: unsaid). For
    "backwards" the number is the wish; for "allowed" and "claim" counts and wishes take turns. ``loosely``: nothing
    but the rule of the quotas could be meant, so a count needs no further words of a sum.
    """
    words = text.text
    leans = values.numbers or goes_on(conversation)
    if not leans and values.days and "." in words and (product := rounded(Counted(), values, words)):
        return product
    if not (leans or QUOTA_WORDS.search(words)) or not (clauses := about_quotas(words)):
        return None
    if not leans and not any_of(ASKED_WITHOUT, clauses) and not any_of(NONE_AT_ALL, clauses):
        return None
    found = counts(text, values, notice)
    if loosely:
        return _held_against(found, clauses, words, conversation) or _loosely(found, clauses, words, conversation)
    return (_none_registered(found, clauses, words) or rounded(found, values, words) or put_right(values, words, conversation) or _so_many_more(found, words, conversation, notice) or _backwards(found, clauses, words, conversation)
            or _held_against(found, clauses, words, conversation) or result_said(found, words, conversation) or _forward(found, clauses, values, words, conversation)
            or follow_up(found, values, words, conversation) or _without_number(found, clauses, values, words))


def asks_for_quota(words: str) -> bool:
    """Whether the words by themselves ask for a quota."""
    clauses = about_quotas(words)
    return any_of(ASKED_WITHOUT, clauses) or any("名额" in clause for clause in clauses)


def asks_amount(words: str) -> bool:
    """到底几个, 各是多少: no question of its own beside a sum."""
    clauses = about_quotas(words)
    return just_how_many(clauses) or any_of(ASKED_WITH_NUMBER, clauses)


def asks_backwards(words: str) -> bool:
    """Whether the number of registrations is what is asked."""
    return bool(BACKWARDS_ASKED.search(words) or BACKWARDS_WITH_WISH.search(words))


def _none_registered(found: Counted, clauses: list[str], words: str) -> Ask | None:
    """去年一个都没备案，能报几个: a count of zero in words."""
    if found.counts or not (any_of(NONE_AT_ALL, clauses) and (any_of(ASKED_WITHOUT, clauses) or "名额" in words)):
        return None
    zero = Number(Decimal(), 0, 0)
    kinds = kinds_said(words)
    return quota_ask(FORWARD, words, (zero,) * max(1, len(kinds)), kinds)


def _so_many_more(found: Counted, words: str, conversation: Conversation, notice: Document) -> Ask | None:
    """想再多报一个得备案多少: a wish beyond the quota of the count before, or of the count in the message."""
    wish = found.target
    if not wish or not ONE_MORE.search(words[:wish.number.start]):
        return None
    kind = wish.kind or next(iter(remembered_kind(conversation)), None)
    count = found.counts[0].number if len(found.counts) == 1 else count_before(conversation, kind)
    if count is None or not count.whole or count.value < 1 or len(found.counts) > 1:
        return None
    kinds = (kind,) if kind else tuple(Kind)
    return quota_ask(BACKWARDS, words, tuple(replace(wish.number, value=quota_of(int(count.value), one, notice) + wish.number.value) for one in kinds), kinds)


def _backwards(found: Counted, clauses: list[str], words: str, conversation: Conversation) -> Ask | None:
    """想报5个要备案多少: a wish, and the number of registrations is asked."""
    named = found.wishes or ((found.claim,) if found.claim else ())
    if not any_of(BACKWARDS_ASKED, clauses) and not (named and any_of(BACKWARDS_WITH_WISH, clauses)):
        return None
    if named and any(count.number is not named[0].number for count in found.counts):
        return None
    wishes = named or (found.counts if len(found.counts) == 1 else ())
    if not wishes:
        return None
    if "差" in words and len(wishes) == 1 and not found.counts and (count := count_before(conversation, wishes[0].kind)):
        return _against(count, wishes[0], wishes[0].kind or next(iter(remembered_kind(conversation)), None), words)  # 要报7个还差多少
    if len(wishes) > 1:
        return quota_ask(BACKWARDS, words, tuple(wish.number for wish in wishes), tuple(wish.kind for wish in wishes if wish.kind))
    said = kinds_said(words)
    kinds = said if len(said) == 2 and _BOTH.search(words) else (wishes[0].kind,) if wishes[0].kind else said or remembered_kind(conversation)
    return quota_ask(BACKWARDS, words, (wishes[0].number,) * max(1, len(kinds)), kinds)


def _held_against(found: Counted, clauses: list[str], words: str, conversation: Conversation) -> Ask | None:
    """100个小组报10个行吗, 班组25个是2个吧: a wish or claim held against the quota. Without a count: what it takes."""
    asked = any_of(YES_NO, clauses) or any_of(BACKWARDS_ASKED, clauses) or any_of(REMAINING, clauses)
    if found.vague or found.bound:
        return None
    for results, topic in ((found.wishes, ALLOWED), (found.claims, CLAIM)):
        if len(results) == 2:
            return _each_against(results, found, words, topic) if asked else None
    wish = found.target
    promoted = len(found.counts) == 1 and found.claim is not None and found.counts[0].number is found.claim.number
    if len(found.counts) == 1 and not wish and asked and any_of(ALL_OF_THEM, clauses):
        wish = found.counts[0]
    if found.claim and (asked or "?" in words) and len(found.counts) == 1 and not promoted and (not wish or wish.number.value == found.claim.number.value):
        return _against(found.counts[0].number, found.claim, found.counts[0].kind, words, CLAIM)
    if found.claim and asked and (promoted or not found.counts) and not wish and (count := count_before(conversation, found.claim.kind)):
        return _against(count, found.claim, found.claim.kind or next(iter(remembered_kind(conversation)), None), words, CLAIM)
    if not wish:
        return None
    if len(found.counts) == 1 and asked:
        return _against(found.counts[0].number, wish, found.counts[0].kind or wish.kind, words)
    if found.counts or not (asked or conversation.family == Family.QUOTA):
        return None
    kind = wish.kind or next(iter(remembered_kind(conversation)), None)
    if count := count_before(conversation, kind):
        return _against(count, wish, kind, words)
    if any_of(_REGISTERED, clauses):
        return None
    return quota_ask(BACKWARDS, words, (wish.number,), (kind,) if kind else ())


def _against(count: Number, wish: Count, kind: Kind | None, words: str, topic: str = ALLOWED) -> Ask:
    return quota_ask(topic, words, (count, wish.number), (kind,) if kind else ())


def _each_against(results: tuple[Count, ...], found: Counted, words: str, topic: str) -> Ask | None:
    """小组100班组50，报8个小组5个班组行吗"""
    known = {count.kind: count.number for count in found.counts}
    if len(known) != len(found.counts) or set(known) != {one.kind for one in results}:
        return None
    pairs = [(known[one.kind], one.number) for one in results]
    return quota_ask(topic, words, tuple(number for pair in pairs for number in pair), tuple(one.kind for one in results if one.kind))


def _forward(found: Counted, clauses: list[str], values: Values, words: str, conversation: Conversation) -> Ask | None:
    """320个小组能报几个, or only a count and its kind: 499个小组."""
    counted = found.counts
    asked = any_of(ASKED_WITH_NUMBER, clauses) or just_how_many(clauses)
    if not counted and found.target and found.target.kind and asked and (any_of(ASKED_WITHOUT, clauses) or any_of(_WORK_OUT, clauses)):
        counted = (found.target,)  # 去年报了120个小组，能报几个; 520个小组名额算一下
    if not counted or not (asked or _only_a_count(counted, found, values, words) or _stated(counted, values, words)):
        return None
    if found.vague or found.bound:
        return quota_ask(UNCLEAR if found.vague and not _asks_for_band(found, words) else HOW_MANY, words, kinds=kinds_said(words))
    return listed(counted, words, conversation)


def _asks_for_band(found: Counted, words: str) -> bool:
    return bool(_OF_A_BAND.search(blanked(words, found.asides)))


def _only_a_count(counted: tuple[Count, ...], found: Counted, values: Values, words: str) -> bool:
    """小组150个，其中5个没过: counts, of what they are made up, and nothing else."""
    return any(count.kind or count.passed or "备案" in words for count in counted) and not residue(values, blanked(words, found.asides))


def _stated(counted: tuple[Count, ...], values: Values, words: str) -> bool:
    """小组 65 班组 21 电话: both kinds counted in one stretch of the message, whatever is asked beside them."""
    if {count.kind for count in counted} != set(Kind) or all(count.number.value < 2 for count in counted):
        return False
    begin = max(words.rfind(stop, 0, counted[0].number.start) for stop in ",;。?!\n:") + 1
    end = _ENDS.match(words, counted[-1].number.end)
    return bool(end) and not residue(values, words, begin, end.end() if end else 0)


def _loosely(found: Counted, clauses: list[str], words: str, conversation: Conversation) -> Ask | None:
    """A count beside words that only the quotas' rule answers: 64个小组乘以8%等于几; in a follow-up any count."""
    if not found.counts or found.vague or found.bound:
        return None
    counted = any(count.kind or count.passed for count in found.counts) and any_of(_AMOUNT, clauses)
    if counted:
        return listed(found.counts, words, conversation)
    return other_number(found.counts, words, conversation) if goes_on(conversation) and len(found.counts) == 1 else None


def _without_number(found: Counted, clauses: list[str], values: Values, words: str) -> Ask | None:
    """我们能报几个, with no number that could be used: a guess, a day, or nothing at all."""
    asked = [clause for clause in clauses if ASKED_WITHOUT.search(clause) and not RULE.search(clause)]
    if found.counts or not asked or NOT_QUOTA.search(words) or found.wishes and not _AMOUNT.search(words):
        return None
    unclear = found.vague and not _asks_for_band(found, words) or values.days and "备案" in words
    return quota_ask(UNCLEAR if unclear else HOW_MANY, words, kinds=kinds_said(words))
