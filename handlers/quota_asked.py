"""Whether a message asks for a quota to be worked out, and from which numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.counts import VAGUE, Count, Counted, counts, kinds_said
from handlers.quota_words import (
    ALL_OF_THEM,
    ASKED_WITH_NUMBER,
    ASKED_WITHOUT,
    BACKWARDS as BACKWARDS_ASKED,
    BACKWARDS_WITH_WISH,
    FEWER,
    MORE,
    NONE_AT_ALL,
    NOT_QUOTA,
    QUOTA_WORDS,
    RULE,
    YES_NO,
    about_quotas,
    any_of,
    residue,
)
from handlers.values import Number, Values
from knowledge.model import Document, Kind
from knowledge.text import NormalText

FORWARD, BACKWARDS, ALLOWED, CLAIM, UNCLEAR, HOW_MANY = "quota", "backwards", "allowed", "claim", "unclear", "how_many"

_WORK_OUT = re.compile(r"算[一个]?[下算]|帮算|代算|计算|求")
_BOTH = re.compile("[都各均]")
_REGISTERED = re.compile("备案|登记|通过")
_AMOUNT = re.compile(r"几|多少|数量|算|乘|舍|进|取|按|对|是不是")
_ENDS = re.compile(r"\s?[个支]?(?:小组|班组|qc)?\s?(?:[,;。?!:、\n]|\s|$)")


def wants_quota(text: NormalText, values: Values, conversation: Conversation, notice: Document, loosely: bool = False) -> Ask | None:
    """The question if a quota is to be worked out (forwards, backwards, or held against a wish or claim); None for anything else.

    ``Ask.topic`` says which; ``values.numbers`` holds the counts, ``kinds`` the kind of each (empty: unsaid). For
    "backwards" the number is the wish; for "allowed" and "claim" counts and wishes take turns. ``loosely``: nothing
    but the rule of the quotas could be meant, so a count needs no further words of a sum.
    """
    words = text.text
    goes_on = values.numbers or _goes_on(conversation)
    if not (goes_on or QUOTA_WORDS.search(words)) or not (clauses := about_quotas(words)):
        return None
    if not goes_on and not any_of(ASKED_WITHOUT, clauses) and not any_of(NONE_AT_ALL, clauses):
        return None
    found = counts(text, values, notice)
    if loosely:
        return _held_against(found, clauses, words, conversation) or _loosely(found, clauses, words, conversation)
    return (_none_registered(found, clauses, words) or _backwards(found, clauses, words, conversation)
            or _held_against(found, clauses, words, conversation) or _forward(found, clauses, values, words)
            or _follow_up(found, values, words, conversation) or _without_number(found, clauses, values, words))


def asks_for_quota(words: str) -> bool:
    """Whether the words by themselves ask for a quota."""
    return bool(ASKED_WITHOUT.search(words) or "名额" in words)


def asks_backwards(words: str) -> bool:
    """Whether the number of registrations is what is asked."""
    return bool(BACKWARDS_ASKED.search(words) or BACKWARDS_WITH_WISH.search(words))


def _ask(topic: str, words: str, numbers: tuple[Number, ...] = (), kinds: tuple[Kind, ...] = ()) -> Ask:
    return Ask(Family.QUOTA, topic=topic, kinds=kinds, values=Values(numbers), text=words)


def _none_registered(found: Counted, clauses: list[str], words: str) -> Ask | None:
    """去年一个都没备案，能报几个: a count of zero in words."""
    if found.counts or not (any_of(NONE_AT_ALL, clauses) and (any_of(ASKED_WITHOUT, clauses) or "名额" in words)):
        return None
    zero = Number(Decimal(), 0, 0)
    kinds = kinds_said(words)
    return _ask(FORWARD, words, (zero,) * max(1, len(kinds)), kinds)


def _backwards(found: Counted, clauses: list[str], words: str, conversation: Conversation) -> Ask | None:
    """想报5个要备案多少: a wish, and the number of registrations is asked."""
    if not any_of(BACKWARDS_ASKED, clauses) and not (found.wishes and any_of(BACKWARDS_WITH_WISH, clauses)):
        return None
    if found.counts and found.wishes:
        return None
    wishes = found.wishes or (found.counts if len(found.counts) == 1 else ())
    if not wishes:
        return None
    if len(wishes) > 1:
        return _ask(BACKWARDS, words, tuple(wish.number for wish in wishes), tuple(wish.kind for wish in wishes if wish.kind))
    said = kinds_said(words)
    kinds = said if len(said) == 2 and _BOTH.search(words) else (wishes[0].kind,) if wishes[0].kind else said or _remembered_kind(conversation)
    return _ask(BACKWARDS, words, (wishes[0].number,) * max(1, len(kinds)), kinds)


def _held_against(found: Counted, clauses: list[str], words: str, conversation: Conversation) -> Ask | None:
    """100个小组报10个行吗, 班组25个是2个吧: a wish or claim held against the quota. Without a count: what it takes."""
    asked = any_of(YES_NO, clauses) or any_of(BACKWARDS_ASKED, clauses)
    if found.vague or found.bound:
        return None
    if len(found.wishes) == 2:
        return _each_against(found, words) if asked else None
    wish = found.target
    if len(found.counts) == 1 and not wish and asked and any_of(ALL_OF_THEM, clauses):
        wish = found.counts[0]
    if found.claim and (asked or "?" in words) and len(found.counts) == 1 and (not wish or wish.number.value == found.claim.number.value):
        return _against(found.counts[0].number, found.claim, found.counts[0].kind, words, CLAIM)
    if found.claim and asked and not found.counts and not wish and (count := _count_before(conversation, found.claim.kind)):
        return _against(count, found.claim, found.claim.kind or next(iter(_remembered_kind(conversation)), None), words, CLAIM)
    if not wish:
        return None
    if len(found.counts) == 1 and asked:
        return _against(found.counts[0].number, wish, found.counts[0].kind or wish.kind, words)
    if found.counts or not (asked or conversation.family == Family.QUOTA):
        return None
    kind = wish.kind or next(iter(_remembered_kind(conversation)), None)
    if count := _count_before(conversation, kind):
        return _against(count, wish, kind, words)
    if any_of(_REGISTERED, clauses):
        return None
    return _ask(BACKWARDS, words, (wish.number,), (kind,) if kind else ())


def _against(count: Number, wish: Count, kind: Kind | None, words: str, topic: str = ALLOWED) -> Ask:
    return _ask(topic, words, (count, wish.number), (kind,) if kind else ())


def _each_against(found: Counted, words: str) -> Ask | None:
    """小组100班组50，报8个小组5个班组行吗"""
    known = {count.kind: count.number for count in found.counts}
    if len(known) != len(found.counts) or set(known) != {wish.kind for wish in found.wishes}:
        return None
    pairs = [(known[wish.kind], wish.number) for wish in found.wishes]
    return _ask(ALLOWED, words, tuple(number for pair in pairs for number in pair), tuple(wish.kind for wish in found.wishes if wish.kind))


def _forward(found: Counted, clauses: list[str], values: Values, words: str) -> Ask | None:
    """320个小组能报几个, or only a count and its kind: 499个小组."""
    listed = found.counts
    asked = any_of(ASKED_WITH_NUMBER, clauses)
    if not listed and found.target and asked and (any_of(ASKED_WITHOUT, clauses) or any_of(_WORK_OUT, clauses)):
        listed = (found.target,)  # 去年报了120个小组，能报几个; 520个小组名额算一下
    if not listed or not (asked or _only_a_count(listed, values, words) or _stated(listed, values, words)):
        return None
    return _from_counts(listed, found, words)


def _from_counts(listed: tuple[Count, ...], found: Counted, words: str) -> Ask:
    if found.vague or found.bound:
        return _ask(UNCLEAR if found.vague else HOW_MANY, words, kinds=kinds_said(words))
    return _listed(listed, words)


def _only_a_count(listed: tuple[Count, ...], values: Values, words: str) -> bool:
    return any(count.kind or count.passed or "备案" in words for count in listed) and not residue(values, words)


def _stated(listed: tuple[Count, ...], values: Values, words: str) -> bool:
    """小组 65 班组 21 电话: both kinds counted in one stretch of the message, whatever is asked beside them."""
    if {count.kind for count in listed} != set(Kind) or all(count.number.value < 2 for count in listed):
        return False
    begin = max(words.rfind(stop, 0, listed[0].number.start) for stop in ",;。?!\n:") + 1
    end = _ENDS.match(words, listed[-1].number.end)
    return bool(end) and not residue(values, words, begin, end.end() if end else 0)


def _listed(listed: tuple[Count, ...], words: str) -> Ask:
    kinds = tuple(count.kind for count in listed if count.kind)
    if len(kinds) != len(listed):
        kinds = ()
    return _ask(FORWARD, words, tuple(count.number for count in listed), kinds)


def _loosely(found: Counted, clauses: list[str], words: str, conversation: Conversation) -> Ask | None:
    """A count beside words that only the quotas' rule answers: 64个小组乘以8%等于几; in a follow-up any count."""
    if not found.counts or found.vague or found.bound:
        return None
    counted = any(count.kind or count.passed for count in found.counts) and any_of(_AMOUNT, clauses)
    if counted:
        return _listed(found.counts, words)
    return _other_number(found, words, conversation) if _goes_on(conversation) and len(found.counts) == 1 else None


# -- going on from the question before


def _remembered_kind(conversation: Conversation) -> tuple[Kind, ...]:
    """The one kind of the question before, if that was about quotas and about one kind."""
    kinds = tuple(dict.fromkeys(conversation.kinds)) if _goes_on(conversation) else ()
    return kinds if len(kinds) == 1 else ()


def _goes_on(conversation: Conversation) -> bool:
    return Family.QUOTA in (conversation.family, conversation.expects) or "quota" in conversation.entry


def _follow_up(found: Counted, values: Values, words: str, conversation: Conversation) -> Ask | None:
    """12个的话呢, 那班组呢, a bare number in answer to our question."""
    if not _goes_on(conversation):
        return None
    if VAGUE.search(words) or found.counts and (found.vague or found.bound):
        return _ask(HOW_MANY if found.bound else UNCLEAR, words, kinds=kinds_said(words) or _remembered_kind(conversation))
    if residue(values, words) and not (conversation.expects == Family.QUOTA and len(found.counts) == 1 and _alone(found.counts[0], values, words)):
        return None
    if values.numbers:
        return _other_number(found, words, conversation) if found.counts or found.claim or found.wishes else _ask_last(values, words, conversation)
    if conversation.expects == Family.QUOTA and values.days:
        return _ask(UNCLEAR, words, kinds=_remembered_kind(conversation))
    return _other_kind(words, conversation)


def _alone(count: Count, values: Values, words: str) -> bool:
    """64，另外截止哪天: the count we asked for stands in a clause of its own."""
    begin = max(words.rfind(stop, 0, count.number.start) for stop in ",;。?!\n") + 1
    ends = [end for stop in ",;。?!\n" if (end := words.find(stop, count.number.end)) >= 0]
    return bool(ends) and not residue(values, words, begin, min(ends))


def _count_before(conversation: Conversation, kind: Kind | None) -> Number | None:
    """The count of the question before, of this kind where both were counted."""
    if conversation.family != Family.QUOTA:
        return None
    counts = [count for count in conversation.counts if count >= 0]
    if len(set(counts)) == 1:
        return _as_number(counts[0])
    known = dict(zip(conversation.kinds, counts)) if len(conversation.kinds) == len(counts) else {}
    return _as_number(known[kind]) if kind in known else None


def _wish_before(conversation: Conversation) -> Number | None:
    """The one result that the question before wished for; it is remembered below zero."""
    wishes = {-count for count in conversation.counts if count < 0} if conversation.family == Family.QUOTA else set()
    return _as_number(wishes.pop()) if len(wishes) == 1 else None


def _ask_last(values: Values, words: str, conversation: Conversation) -> Ask:
    return _other_number(Counted((Count(values.numbers[-1]),)), words, conversation)


def _other_number(found: Counted, words: str, conversation: Conversation) -> Ask:
    listed = found.counts or (found.claim or found.wishes[0],)
    if any(count.kind for count in listed):
        return _listed(listed, words)
    if len(listed) > 1:
        return _ask(FORWARD, words, tuple(count.number for count in listed), _remembered_kind(conversation))
    number = _changed(listed[-1].number, words, conversation)
    wished = _wish_before(conversation)
    return _ask(BACKWARDS if wished else FORWARD, words, (number,), _remembered_kind(conversation))


def _changed(number: Number, words: str, conversation: Conversation) -> Number:
    """再多50个呢: from the count before."""
    before = words[:number.start]
    if known := _count_before(conversation, None):
        base = known.value
        if MORE.search(before):
            return replace(number, value=base + number.value)
        if FEWER.search(before):
            return replace(number, value=base - number.value)
    return number


def _other_kind(words: str, conversation: Conversation) -> Ask | None:
    """那班组呢: the count before, for the other kind; of 不是小组是班组 the one that is not denied."""
    denied = re.search(r"不是(?:qc)?(小组|班组)", words)
    kinds = tuple(kind for kind in kinds_said(words) if not denied or kind.label != denied[1])
    if not kinds:
        return None
    if wish := _wish_before(conversation):
        return _ask(BACKWARDS, words, (wish,) * len(kinds), kinds)
    known = dict(zip(conversation.kinds, conversation.counts)) if len(conversation.kinds) == len(conversation.counts) else {}
    numbers = tuple(_as_number(known.get(kind, conversation.counts[0])) for kind in kinds if conversation.counts)
    return _ask(FORWARD if numbers else HOW_MANY, words, numbers, kinds)


def _as_number(count: int) -> Number:
    return Number(Decimal(count), 0, 0)


def _without_number(found: Counted, clauses: list[str], values: Values, words: str) -> Ask | None:
    """我们能报几个, with no number that could be used: a guess, a day, or nothing at all."""
    asked = [clause for clause in clauses if ASKED_WITHOUT.search(clause) and not RULE.search(clause)]
    if found.counts or not asked or NOT_QUOTA.search(words):
        return None
    unclear = found.vague or values.days and "备案" in words
    return _ask(UNCLEAR if unclear else HOW_MANY, words, kinds=kinds_said(words))
