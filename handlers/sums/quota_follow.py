"""What a message takes from the quota question before it: 12个的话呢, 那班组呢, 其中3个没通过, 一共呢, a bare number in answer to ours."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec.structs import replace

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.sums.apart import blanked
from handlers.sums.count import Count, Counted
from handlers.sums.counts import VAGUE, kind_at, kinds_said
from handlers.sums.pass_rate import parts_passed
from handlers.sums.quota_words import BACKWARDS_ASKED, FEWER, HALF, MORE, TWICE, residue
from handlers.sums.roles import FAILED
from handlers.values import Number, Values
from knowledge.model import Kind

FORWARD, BACKWARDS, ALLOWED, CLAIM, UNCLEAR, HOW_MANY, ROUNDED = "quota", "backwards", "allowed", "claim", "unclear", "how_many", "rounded"
_HELD = re.compile(r"\s?个?\s?(?:(?P<claim>[是对](?:吧|吗|不|么|伐)|没错吧)|(?:可以|行|成|够)(?:吧|吗|不|么))")
_UNCHANGED = re.compile("没错|没变|不变|还是|照旧|对的")
_SUPPOSED = re.compile(r"如果|要是|假如|假设|万一|换|改|[错反混]|不对|更正|呢|的话|那|备案|通过|再|又|[多少](?=\d)|[型漏扣减补]|重复|没算|算[上进]|包含|里[头面]|其中|[报推]几|[报推]多少|^\s*\d+\s?个?\s*$")
_SWAPPED = re.compile("反|颠倒|对调|倒过来")
_ADDED = re.compile(r"没算|没计|漏|落下|算上|算进|也算|补录|补上|加上|加进|连同|连带|还有.{0,12}(?:一[起块]|也)|少算")
_TAKEN_OFF = re.compile(r"重复|扣|减|去掉|剔|刨|多算|混进|混了|不该算|不算数|撤了")
_NO_TEAMS = ("人", "%", "页", "份", "天", "字", "月", "日", "号", "元", "万", "块", "位", "岁", "点", "年", "倍", "成")
_LONGEST = 24  # characters of a message that only puts the count right
_NOT_ALL = re.compile(r"(?:再多?|多)(?:备案?|通过|过|登记|加)了?\s?$")
_EACH = re.compile("[各都均全]")
_FAR = 5  # a result is less than a tenth of its count; another count is seldom less than a fifth
_AGAIN = re.compile(r"几|多少|名额|指标|怎么|咋|算|一共|总共|合计|加起来")
_PARTLY = re.compile(rf"{HALF.pattern}|{TWICE.pattern}|{FAILED}|其中|里[面头]|被|批(?:下来|准)?")
_LITTLE = 2  # signs of other words beside a part or a multiple: 一半的人退休了怎么办 asks something else
_STOPS = ",;。?!\n"


def quota_ask(topic: str, words: str, numbers: tuple[Number, ...] = (), kinds: tuple[Kind, ...] = ()) -> Ask:
    """The Ask of a quota question; see ``wants_quota`` for what its values mean."""
    return Ask(Family.QUOTA, topic=topic, kinds=kinds, values=Values(numbers), text=words)


def listed(counts: tuple[Count, ...], words: str, conversation: Conversation) -> Ask:
    """A quota for each count; where no kind is said, of the kind asked before."""
    counts = (*counts, *_unchanged(counts, words, conversation))
    if len(counts) == 1:
        changed = _changed(counts[0], words, conversation)
        if changed is counts[0] and _NOT_ALL.search(words, 0, changed.number.start):
            return quota_ask(UNCLEAR, words, kinds=kinds_said(words))  # 如果多备1个: more than what?
        counts = (changed,)
    kinds = tuple(count.kind for count in counts if count.kind)
    if len(kinds) != len(counts):
        kinds = () if kinds else remembered_kind(conversation)
    return quota_ask(FORWARD, words, tuple(count.number for count in counts), kinds)


def goes_on(conversation: Conversation) -> bool:
    """Whether the question before was about quotas."""
    return Family.QUOTA in (conversation.family, conversation.expects) or "quota" in conversation.entry


def remembered_kind(conversation: Conversation) -> tuple[Kind, ...]:
    """The one kind of the question before, if that was about quotas and about one kind."""
    kinds = tuple(dict.fromkeys(conversation.kinds)) if goes_on(conversation) else ()
    return kinds if len(kinds) == 1 else ()


def count_before(conversation: Conversation, kind: Kind | None) -> Number | None:
    """The count of the question before, of this kind where both were counted."""
    if conversation.family != Family.QUOTA:
        return None
    counts = [count for count in conversation.counts if count >= 0]
    if len(set(counts)) == 1 and (kind is None or kind in (conversation.kinds or Kind)):
        return _as_number(counts[0])
    known = known_counts(conversation)
    return _as_number(known[kind]) if kind in known else None


def known_counts(conversation: Conversation) -> dict[Kind, int]:
    """The last count of each kind."""
    told = zip(conversation.kinds, conversation.counts) if len(conversation.kinds) == len(conversation.counts) else ()
    return {**dict(conversation.registered), **{kind: count for kind, count in told if count >= 0}}


def follow_up(found: Counted, values: Values, words: str, conversation: Conversation) -> Ask | None:
    """The question if the words lean on the one before and ask nothing else."""
    if not goes_on(conversation):
        return None
    if VAGUE.search(words) or found.counts and (found.vague or found.bound):
        return quota_ask(HOW_MANY if found.bound else UNCLEAR, words, kinds=kinds_said(words) or remembered_kind(conversation))
    if less := _less_the_failed(found, words, conversation) or _part_or_double(values, words, conversation):
        return less
    if held := _held(found, values, words, conversation):
        return held
    if residue(values, words) and not (conversation.expects == Family.QUOTA and len(found.counts) == 1 and _alone(found.counts[0], values, words)):
        return None
    if values.numbers:
        if not found.counts and not found.wishes and BACKWARDS_ASKED.search(words):
            return quota_ask(BACKWARDS, words, values.numbers[-1:], remembered_kind(conversation))
        return other_number(found.counts or found.wishes or (Count(values.numbers[-1]),), words, conversation)
    if conversation.expects == Family.QUOTA and values.days:
        return quota_ask(UNCLEAR, words, kinds=remembered_kind(conversation))
    return _other_kind(words, conversation)


def result_said(found: Counted, words: str, conversation: Conversation) -> Ask | None:
    """为什么是6, 我同事算的是5个: a bare number far below the count before, and no other count supposed, is a result of it."""
    said = found.counts[0] if len(found.counts) == 1 else None
    if said and (asked := _HELD.search(words, said.number.end)) and not asked["claim"]:
        return None  # 10个行吗
    known = count_before(conversation, None)
    if said and (MORE.search(before := words[:said.number.start]) or FEWER.search(before)):
        return None  # 漏了6个: of the count
    if not said or said.kind or said.passed or known is None or said.number.value * _FAR >= known.value or _SUPPOSED.search(words):
        return None
    return quota_ask(CLAIM, words, (known, said.number), remembered_kind(conversation))


def put_right(values: Values, words: str, conversation: Conversation) -> Ask | None:
    """里头有3个是重复的，扣了 · 分厂25个没算进去: taken off the count before, or added to it."""
    known, kinds = count_before(conversation, None), remembered_kind(conversation)
    if known is None or not goes_on(conversation) or len(values.numbers) != 1 or len(words) > _LONGEST or BACKWARDS_ASKED.search(words):
        return None
    number, less, more = values.numbers[0], bool(_TAKEN_OFF.search(words)), bool(_ADDED.search(words))
    other = [kind for kind in kinds_said(words) if kinds and kind not in kinds]
    if less == more or not number.whole or number.guessed or number.after.lstrip().startswith(_NO_TEAMS) or more and other or less and number.value >= known.value:
        return None
    return quota_ask(FORWARD, words, (replace(number, value=known.value + (-number.value if less else number.value)),), kinds)


def _held(found: Counted, values: Values, words: str, conversation: Conversation) -> Ask | None:
    """8个是吧, 10个行吗: a bare number held against the quota of the count before."""
    if len(found.counts) != 1 or found.counts[0].kind or not (said := _HELD.search(words, found.counts[0].number.end)):
        return None
    if residue(values, words, 0, said.start()) or residue(values, words, said.end()):
        return None
    known = count_before(conversation, None)
    return quota_ask(CLAIM if said["claim"] else ALLOWED, words, (known, found.counts[0].number), remembered_kind(conversation)) if known else None


def other_number(counts: tuple[Count, ...], words: str, conversation: Conversation) -> Ask:
    """12个的话呢, 再多50个呢, 34个35个呢; after a wish another wish."""
    if any(count.kind for count in counts) or len(counts) > 1:
        return listed(counts, words, conversation)
    count = _changed(counts[0], words, conversation)
    if count is counts[0] and conversation.counts and (MORE.search(before := words[:count.number.start]) or FEWER.search(before)):
        return _each_changed(count.number, words, conversation) or quota_ask(UNCLEAR, words)  # 再加10个呢: of which kind?
    number = count.number
    wished = _wish_before(conversation) and not conversation.expects
    return quota_ask(BACKWARDS if wished else FORWARD, words, (number,), remembered_kind(conversation))


def _unchanged(counts: tuple[Count, ...], words: str, conversation: Conversation) -> list[Count]:
    """班组是37个不是27，小组没错: the kind that is named without a number keeps its count."""
    known = known_counts(conversation) if _UNCHANGED.search(words) else {}
    return [Count(_as_number(known[kind]), kind) for kind in kinds_said(words) if kind in known and kind not in {count.kind for count in counts}]


def _changed(count: Count, words: str, conversation: Conversation) -> Count:
    """再多50个呢, 漏了14个: on from the count before, of the same kind."""
    number, kinds = count.number, remembered_kind(conversation)
    before = words[:number.start]
    if count.kind and kinds and count.kind not in kinds or not (known := count_before(conversation, count.kind)):
        return count
    if FEWER.search(before) and number.value < known.value:
        return replace(count, number=replace(number, value=known.value - number.value))
    if MORE.search(before):
        return replace(count, number=replace(number, value=known.value + number.value))
    return count


def _each_changed(number: Number, words: str, conversation: Conversation) -> Ask | None:
    """都加10个呢: to the count of each kind."""
    before, counts = words[:number.start], [int(count) for count in conversation.counts]
    by = int(number.value) * (-1 if FEWER.search(before) else 1)
    if not _EACH.search(before) or len(conversation.kinds) != len(counts) or not number.whole or min(counts) + by < 1:
        return None
    return quota_ask(FORWARD, words, tuple(_as_number(count + by) for count in counts), tuple(conversation.kinds))


def _less_the_failed(found: Counted, words: str, conversation: Conversation) -> Ask | None:
    """其中11个没通过, 小组9个没过班组3个没过: what is left of the count before, each of its own kind."""
    kinds = tuple(kind_at(words, number) for number in found.failed)
    known = [count_before(conversation, kind) for kind in kinds]
    if found.counts or found.wishes or not known or len({*kinds}) < len(kinds):
        return None
    left = tuple(replace(before, value=before.value - number.value) for before, number in zip(known, found.failed) if before and number.value <= before.value)
    return quota_ask(FORWARD, words, left, tuple(kind for kind in kinds if kind) or conversation.kinds) if len(left) == len(kinds) else None


def _part_or_double(values: Values, words: str, conversation: Conversation) -> Ask | None:
    """如果只通过了一半呢, 过了八成, 翻一倍呢; 都减半呢 of the count of each kind. Nothing is computed where a half team would be left."""
    if conversation.family != Family.QUOTA or len(values.numbers) > 1:
        return None
    shares = parts_passed(words)
    multiple = Decimal("0.5") if HALF.search(words) else Decimal(2) if TWICE.search(words) else None
    rest = _PARTLY.sub("", blanked(words, [(share.start, share.end) for share in shares]))
    if not shares and multiple is None or len(residue(Values(), rest)) > _LITTLE:
        return None
    factor = shares[0].part if shares else multiple
    said = kinds_said(words)
    known = count_before(conversation, said[0] if len(said) == 1 else None)
    each = len(conversation.kinds) == len(conversation.counts) > 1 and _EACH.search(words)
    counts = (known.value,) if known else conversation.counts if each else ()
    kinds = said if known and len(said) == 1 else conversation.kinds
    parts = [count * factor for count in counts if factor is not None]
    if counts and (factor is None or any(part % 1 for part in parts)):
        return quota_ask(UNCLEAR, words, kinds=kinds)
    return quota_ask(FORWARD, words, tuple(_as_number(int(part)) for part in parts), kinds) if parts else None


def _alone(count: Count, values: Values, words: str) -> bool:
    """64，另外截止哪天: the count we asked for stands in a clause of its own."""
    begin = max(words.rfind(stop, 0, count.number.start) for stop in _STOPS) + 1
    ends = [end for stop in _STOPS if (end := words.find(stop, count.number.end)) >= 0]
    return bool(ends) and not residue(values, words, begin, min(ends))


def _wish_before(conversation: Conversation) -> Number | None:
    """The one result that the question before wished for; it is remembered below zero."""
    wishes = {-count for count in conversation.counts if count < 0} if conversation.family == Family.QUOTA else set()
    return _as_number(wishes.pop()) if len(wishes) == 1 else None


def _other_kind(words: str, conversation: Conversation) -> Ask | None:
    """那班组呢: the count before, for the other kind; 能报几个呀, 怎么算出来的: the same counts again."""
    denied = re.search(r"不是(?:qc)?(小组|班组)", words)
    kinds = tuple(kind for kind in kinds_said(words) if not denied or kind.label != denied[1])
    if not kinds:
        return _swapped(words, conversation) or _same_again(words, conversation)
    if wish := _wish_before(conversation):
        return quota_ask(BACKWARDS, words, (wish,) * len(kinds), kinds)
    counts = [count for count in conversation.counts if count >= 0]
    numbers = tuple(_as_number(known_counts(conversation).get(kind, counts[0])) for kind in kinds if counts)
    return quota_ask(FORWARD if numbers else HOW_MANY, words, numbers, kinds)


def _same_again(words: str, conversation: Conversation) -> Ask | None:
    counts = tuple(_as_number(count) for count in conversation.counts if count >= 0)
    if conversation.family != Family.QUOTA or not counts or not _AGAIN.search(words):
        return None
    if len(conversation.registered) > 1 and re.search(r"各|分别|一共|总共|合计|加起来|[都两]", words):
        return quota_ask(FORWARD, words, tuple(_as_number(count) for _, count in conversation.registered), tuple(kind for kind, _ in conversation.registered))
    return quota_ask(FORWARD, words, counts, conversation.kinds)


def _swapped(words: str, conversation: Conversation) -> Ask | None:
    """说反了: each kind has the other's count."""
    known = known_counts(conversation)
    if conversation.family != Family.QUOTA or len(known) != len(Kind) or not _SWAPPED.search(words):
        return None
    return quota_ask(FORWARD, words, tuple(_as_number(known[kind]) for kind in reversed(known)), tuple(known))


def _as_number(count: int) -> Number:
    return Number(Decimal(count), 0, 0)
