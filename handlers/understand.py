"""From a message to an Ask: rules and slots first, words second, choices third.

The steps, in order: the page or the menu choice that the last reply offered · material pasted for a check · a text to
forward · sums with numbers · the entries that the concepts of the words point at, each question of the message for
itself · else what is near enough to offer as a choice · else not understood.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.forward import wants_forward
from handlers.pasting.pasted import recognise
from handlers.questions import entry_ask, find_questions, perhaps
from handlers.quota import wants_quota
from handlers.reading import Reading, flat, kinds_of, read, with_values
from handlers.rumour import wants_rumour
from handlers.segments import TALK, is_question, segments
from handlers.sharing.groupchat import wants_group_chat
from handlers.sharing.wishes import codes_in
from handlers.stats import wants_stats
from handlers.sums.apart import apart
from handlers.sums.quota_asked import asks_amount, asks_backwards, asks_for_quota
from handlers.sums.quota_follow import ALLOWED, CLAIM, HOW_MANY, ROUNDED
from handlers.sums.stats_asked import AMOUNT, APART, PERIOD, TWO_COUNTS
from handlers.values import read_values
from knowledge.index import Index
from knowledge.model import Document
from knowledge.text import NormalText, normalise, squeeze

MORE_WORDS = ("更多", "下一页", "继续", "看下文", "下文", "后面呢", "还有呢", "接着说", "more", "下页")
ORDINALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "a": 1, "b": 2, "c": 3}
CHOICE = re.compile(r"(?:我?选|第|回复)?\s*([0-9一二两三四五abc])\s*(?:个|项|号|条)?\s*[.。、)]?(?:吧|呢|谢谢)?")
SUM_TOPICS = ("quota", "quota-rule", "rate")
OF_THE_SHEET = (AMOUNT, APART, PERIOD, TWO_COUNTS)  # answered by the rows and the time of the sheet; what they are needs no entry beside
SUM_WORDS = frozenset({"quota", "register", "last_year_count", "principle", "rounding", "stat_participation_rate", "stat_achievement_rate"})
FEW = 2  # 盖一个章, 两个人: up to here a number is mostly an article
OF_SUMS = SUM_WORDS | {"group", "crew", "share"}  # without any of these a number need not count 小组 or 班组
OWN_QUESTION = frozenset({"deadline", "when", "where", "which_annex", "website", "phone", "contact", "seal", "start", "who"})
NAMED_THINGS = (Family.TITLE, Family.TEAM, Family.COMPANY)
ASPECTS_OF_NAMES = frozenset({"change", "font", "deadline", "when", "length", "full_name", "submit", "locked", "write", "example"})
MARKED = re.compile(r"[:：“”\"'「」《》\n]")
PARTED = re.compile(r"[\s,，、;；]")
LEANS = 8  # characters up to which a question may lean on the one before
OTHER_YEARS = frozenset({"next_year", "later_year", "past_year"})
MOST_ALLOWED = re.compile(r"最多|多报[点些]|(?:到底|究竟)[几多]")  # 最多报几个 is no wish for more than the quota
RATES = ("participation_rate", "achievement_rate")  # their own rows are no question beside them
FOR_BOTH = re.compile(r"[都各均][^,;。?!]{0,6}\d")  # 小组班组都是33个: one number counts both
NO_SUM = frozenset({"quota_extra", "team_kind_both", "alike"})  # 多报几个, 两个都报, 一个样: numbers that count nothing
BANDS = ("档", "个档")
NO_RATE = "rate_threshold"  # 普及率不到30%行不行: a rate is named, not asked
NOT_TEAMS = frozenset({"reviewer", "contributors"})  # what is counted is no 小组 or 班组, unless 备案 or 名额 is said
SENTENCE = re.compile(r"[?？。；;\n]+")
CLAUSE, BLANK = re.compile(r"[,，;。?!\n]+"), re.compile(r"\s+")
MOST_SENTENCES, MOST_CLAUSES = 4, 12
# 群里有人问, 领导让我问一下: on whose behalf one asks is no part of the question.
FOR_OTHERS = re.compile(r"^(?:请?[帮替代给]?我?们?)?(?:群里|群友|群内|群员|有个?(?:群友|人|同事|厂|单位|企业|老师|网友)|同事|领导|别人|人家|他们?|她|下面|车间|班长|主任|厂长|网友)"
                        r"[^,，:：。?？\s问]{0,6}(?:问(?!题|卷)|打听|咨询)(?:我们?|一?下|道|起|到|了|过|的是)*[,，:：\s]*(?=\S)"
                        r"|^(?:汇总|收集|整理|统计)(?:一下|下|了)?[^,，:：。?？\s]{0,8}问题[,，:：]")
BETTERS = re.compile(r"降低|减少|缩短|提高|提升|延长|消除|改善|优化")  # 缩短停车时间: a title, whatever it is about
ASIDE = re.compile(r"另外|还有|顺便|顺带|顺道|再问|对了")  # 主要完成人：… 对不对？另外网址是多少
CLEAR = 2  # concepts that a question beside a check holds at least
SHORT_MATERIAL = 14  # characters; a longer text is material even if it holds a word of a question
Questions = Callable[[], list[Ask]]
ATTACHMENT = re.compile(r"附件\d")
NUMERAL = re.compile(r"\d|(?!一[个人])[一二两三四五六七八九十百千]+[个人]|一个(?:小组|班组)")


def understand(message: NormalText, conversation: Conversation, notice: Document, index: Index, now: dt.datetime) -> Ask:
    """What the asker wants; never raises, whatever the text."""
    if "问" in message.text or "打听" in message.text or "咨询" in message.text:
        message = _own_words(message)
    if ask := _continuation(message, conversation, notice, index, now):
        return ask
    if ask := _stored(message, conversation, notice, index, now.date()):
        return ask
    if ask := wants_forward(message, notice, index, now.date()):
        return ask
    ours = any(version for _, version in codes_in(message.text))  # a copy of our own, with its code and version
    pasted = None if ours else recognise(message, conversation, notice)
    if pasted and not _asks_about(pasted, message, index) and (conversation.expects or not _asks_openly(pasted, message, notice, index)):
        return _and_asked(pasted, message, notice, index, now.date())
    reading = read(message, notice, index, now.date())
    passed_on = _passed_on(message, reading, notice, index)
    if passed_on and passed_on.topic == "rumour" and (held := _own_sum(reading, conversation, notice)):
        return _several([held, passed_on], reading) if "\n" in reading.text else held  # 我们16个班组，同事说1个，对吗
    return passed_on or _asked(reading, conversation, notice, index)


def _own_words(message: NormalText) -> NormalText:
    """Without 群里有人问 in front."""
    return message if "\n" in message.raw else NormalText(FOR_OTHERS.sub("", message.raw), FOR_OTHERS.sub("", message.text))


def _own_sum(reading: Reading, conversation: Conversation, notice: Document) -> Ask | None:
    if len(reading.values.numbers) < 2:
        return None
    ask = wants_quota(reading.normal, reading.values, conversation, notice)
    return _with(ask, reading) if ask and ask.topic in (ALLOWED, CLAIM) else None


def _stored(message: NormalText, conversation: Conversation, notice: Document, index: Index, today: dt.date) -> Ask | None:
    """A question that stands among the stored phrasings to the letter is that entry's; nothing more has to be read.

    Not where it may lean on the question before, names a day or another year, or holds the numbers of a sum.
    """
    entry = index.exact(message.text)
    if entry is None or conversation.expects or (conversation.entry or conversation.counts) and len(message.text) <= LEANS:
        return None
    values = read_values(message, today)
    concepts = with_values(index.concepts(flat(message.text)), values, notice)
    if concepts & OTHER_YEARS or values.days or values.numbers and notice.entries[entry].topic in SUM_TOPICS:
        return None
    return entry_ask(entry, notice, text=flat(message.text), kinds=kinds_of(concepts), concepts=concepts, values=values)


def _passed_on(message: NormalText, reading: Reading, notice: Document, index: Index) -> Ask | None:
    """A pasted piece of group chat, or a text of others whose truth is in question."""
    def is_word(name: str) -> bool:
        return any(name in (one.label, *one.words) for one in notice.fields.values())
    return wants_group_chat(message.raw, partial(ask_of, notice=notice, index=index, today=reading.today), is_word) or wants_rumour(reading, notice, index)


def ask_of(text: str, earlier: Conversation, notice: Document, index: Index, today: dt.date) -> Ask:
    """What one message of a group's chat asks."""
    return _asked(read(normalise(text), notice, index, today), earlier, notice, index)


def _and_asked(pasted: Ask, message: NormalText, notice: Document, index: Index, today: dt.date) -> Ask:
    """The check, with what is asked beside it; the whole counts as pasted, so that nobody keeps it."""
    joint = ASIDE.search(message.text) if pasted.material else None
    if joint is None:
        return pasted
    begins = squeeze(normalise(pasted.material[:LEANS]).text)
    left, right = message.text[:joint.start()], message.text[joint.end():]
    aside = left if begins in squeeze(right) else right if begins in squeeze(left) else ""
    if not is_question(aside):
        return pasted
    reading = read(normalise(aside), notice, index, today)
    asks = find_questions(reading, Conversation(), notice, index) if len(reading.concepts) >= CLEAR else []
    beside = [ask for ask in asks if ask.family in (Family.FACT, Family.TIME, Family.OUTSIDE)]
    return _several([pasted, *beside], reading).but(material=pasted.material) if beside else pasted


def _asks_about(pasted: Ask, message: NormalText, index: Index) -> bool:
    """班组名称报完能换吗: no material, but a question; a colon, quotation marks or a line break mark material."""
    if pasted.family not in NAMED_THINGS or MARKED.search(message.text) or len(pasted.material) > SHORT_MATERIAL or BETTERS.search(pasted.material):
        return False
    return bool(index.concepts(squeeze(pasted.material)) & ASPECTS_OF_NAMES or "applicant" in index.concepts(squeeze(message.text)))


def _asks_openly(pasted: Ask, message: NormalText, notice: Document, index: Index) -> bool:
    """劳务工可以署名吗, 高校实验室能报不: one run of words that are the own words of an open point, and no name of anyone."""
    text = message.text
    if MARKED.search(text) or PARTED.search(text) or len(pasted.material) > SHORT_MATERIAL or not message.raw.startswith(pasted.material):
        return False
    return any(name in notice.entries and notice.entries[name].words and not notice.entries[name].stated for name in index.concepts(text))


def _continuation(message, conversation, notice, index, now) -> Ask | None:
    """更多, or a choice from the menu on offer, by number or in words."""
    flat = squeeze(message.text)
    if conversation.rest and flat in MORE_WORDS:
        return Ask(Family.MORE, text=message.text)
    if not conversation.choices:
        return None
    number = _chosen(flat, conversation, index)
    if number is None:
        return None
    choice = conversation.choices[number]
    if choice.entry:
        kinds = (choice.kind,) if choice.kind else conversation.kinds
        return entry_ask(choice.entry, notice, text=choice.says, kinds=kinds, concepts=frozenset(conversation.concepts))
    return understand(normalise(choice.says), Conversation(at=conversation.at, kinds=conversation.kinds), notice, index, now)


def _chosen(flat: str, conversation: Conversation, index: Index) -> int | None:
    found = CHOICE.fullmatch(flat)
    if found:
        mark = found.group(1)
        number = int(mark) if mark.isdigit() else ORDINALS[mark]
        return number - 1 if 1 <= number <= len(conversation.choices) else None
    if len(flat) > 12:
        return None
    named = [n for n, choice in enumerate(conversation.choices) if flat in (choice.label, choice.says)]
    kinds = kinds_of(index.concepts(flat))
    if not named and len(kinds) == 1 and len(flat) <= 6 and not NUMERAL.search(flat):
        named = [n for n, choice in enumerate(conversation.choices) if choice.kind is kinds[0]]
    return named[0] if len(named) == 1 else None


# -- questions

def _asked(reading: Reading, conversation: Conversation, notice: Document, index: Index) -> Ask:
    """Sums first, then what the words point at; both where a message asks both."""
    questions = _once(partial(find_questions, reading, conversation, notice, index))  # a sum with numbers can do without
    if sums := _all_sums(reading, conversation, notice, index, questions):
        beside = _beside(reading, conversation, notice, index)
        if any(ask.family is Family.STATS for ask in sums):
            beside = [ask for ask in beside if not ask.entry.startswith("stat_")]
        if any(ask.topic in OF_THE_SHEET for ask in sums):
            beside = [ask for ask in beside if ask.topic not in ("stats", "period") and ask.family is not Family.OUTSIDE]
        return _several([*sums, *beside], reading)
    found = questions()
    return _several(found, reading) if found else perhaps(reading, notice, index)


def _once(find: Questions) -> Questions:
    """``find``, done at the first call only."""
    found: list[list[Ask]] = []

    def questions() -> list[Ask]:
        if not found:
            found.append(find())
        return found[0]
    return questions


def _all_sums(reading: Reading, conversation: Conversation, notice: Document, index: Index, questions: Questions) -> list[Ask]:
    """A sum for each sentence that asks one, where they ask for different sums; else one for the whole message."""
    if different := _different_sums(reading, conversation, notice, index, questions):
        return different
    whole = _sums(reading, conversation, notice, questions)
    if reading.values.numbers and (whole.family is Family.STATS if whole else "reviewer" in reading.concepts):
        if apart := _quota_apart(reading, conversation, notice, index, questions):
            return apart
    return [whole] if whole else []


def _different_sums(reading: Reading, conversation: Conversation, notice: Document, index: Index, questions: Questions) -> list[Ask]:
    """A quota in one sentence and a rate in another."""
    sentences = [part for part in SENTENCE.split(reading.text) if any(map(str.isalnum, part))]
    if not 1 < len(sentences) <= MOST_SENTENCES:
        return []
    each = [read(normalise(part), notice, index, reading.today) for part in sentences]
    if not any(wants_stats(one.normal, one.values, conversation, notice) for one in each):
        return []
    asks = [ask for one in each if (ask := _sums(one, conversation, notice, questions))]
    return asks if len({ask.family for ask in asks}) > 1 else []


def _quota_apart(reading: Reading, conversation: Conversation, notice: Document, index: Index, questions: Questions) -> list[Ask]:
    """The quota that only some numbers or clauses ask for, and the rate of the others: 小组86个能报几个，评委推荐几个."""
    if (told := apart(reading.text, reading.values)) and asks_for_quota(told.quota):
        return _each_asked(told.quota, told.rates, reading, conversation, notice, index, questions)
    pieces = (CLAUSE if CLAUSE.search(reading.text) else BLANK).split(reading.text)
    if not 1 < len(pieces) <= MOST_CLAUSES:
        return []
    clauses = [read(normalise(piece), notice, index, reading.today) for piece in pieces]
    asks = [None if _no_quota(one) else wants_quota(one.normal, one.values, Conversation(), notice) for one in clauses]
    own, others = [], []
    for one, ask in zip(clauses, asks):
        (own if ask and ask.values.numbers else others).append(one.text)
    if not own or not others or not asks_for_quota(reading.text):
        return []
    return _each_asked(",".join(own), ",".join(others), reading, conversation, notice, index, questions)


def _each_asked(own: str, others: str, reading: Reading, conversation: Conversation, notice: Document, index: Index, questions: Questions) -> list[Ask]:
    """The quota asked in the one text, and the rate in the other; nothing where the first asks none."""
    parts = [read(normalise(text), notice, index, reading.today) for text in (own, others)]
    sums = [_sums(parts[0], Conversation(), notice, questions), wants_stats(parts[1].normal, parts[1].values, conversation, notice)]
    return [_with(ask, part) for ask, part in zip(sums, parts) if ask] if sums[0] else []


def _sums(reading: Reading, conversation: Conversation, notice: Document, questions: Questions) -> Ask | None:
    """A quota or a rate to be worked out; the bare rule only where no entry answers something else."""
    if NO_RATE in reading.concepts and len(reading.values.numbers) < 2:
        return None
    if ask := wants_stats(reading.normal, reading.values, conversation, notice):
        return _with(ask, reading)
    if _no_quota(reading):
        return None
    ask = wants_quota(reading.normal, reading.values, conversation, notice)
    if ask is None and reading.values.numbers and _only_the_rule(questions()):
        ask = wants_quota(reading.normal, reading.values, conversation, notice, loosely=True)
    few = all(one.value <= FEW for one in reading.values.numbers)
    bare_number = (few or not asks_for_quota(reading.text)) and not reading.concepts & OF_SUMS and conversation.family != Family.QUOTA and not conversation.expects
    elsewhere = ask and ask.topic != ROUNDED and (ask.topic == HOW_MANY or bare_number or few and _is_open(reading, conversation, notice)) and (found := questions()) and (found[0].topic not in SUM_TOPICS or found[0].family is Family.OUTSIDE)
    return _with(ask, reading) if ask and not elsewhere else None


def _is_open(reading: Reading, conversation: Conversation, notice: Document) -> bool:
    """名额匀一个给班组: the own words of something that the notice does not say, and no count of what was registered."""
    if reading.concepts & {"register", "last_year_count"} or conversation.family == Family.QUOTA or len(reading.values.numbers) > 1:
        return False
    return any(name in notice.entries and not notice.entries[name].stated for name in reading.concepts)


def _no_quota(reading: Reading) -> bool:
    """评委推荐3个行不行, 能多报2个吗, 分四档: a number that counts no teams."""
    if reading.values.numbers and all([one.after.startswith(BANDS) for one in reading.values.numbers]):
        return True
    if reading.concepts & NOT_TEAMS and not reading.concepts & {"register", "quota"}:
        return True
    if not reading.concepts & NO_SUM or len(reading.values.numbers) > 1 or asks_backwards(reading.text):
        return False
    if FOR_BOTH.search(reading.text):
        return False
    return "team_kind_both" in reading.concepts or not MOST_ALLOWED.search(reading.text)


def _only_the_rule(found: list[Ask]) -> bool:
    """Whether the words point at nothing but the rule of the quotas."""
    return not found or found[0].topic == "quota-rule"


def _with(ask: Ask, reading: Reading) -> Ask:
    return ask.but(text=reading.text, concepts=ask.concepts | reading.concepts)


def _several(asks: list[Ask], reading: Reading) -> Ask:
    if len(asks) == 1:
        return asks[0]
    return Ask(Family.MULTI, topic="mix", parts=tuple(asks), kinds=reading.kinds, values=reading.values,
               concepts=reading.concepts, text=reading.text)


def _of_the_sum(text: str, index: Index) -> bool:
    concepts = index.concepts(squeeze(text))
    return bool(NUMERAL.search(ATTACHMENT.sub("", text)) or asks_amount(text) and not concepts & OWN_QUESTION or concepts & SUM_WORDS and not concepts & OWN_QUESTION)


def _beside(reading: Reading, conversation: Conversation, notice: Document, index: Index) -> list[Ask]:
    """The questions that stand beside a sum: in the segments that hold no number and no word of the sum."""
    rest = [part.text for part in segments(reading.text) if (part.asks or part.names or not TALK.search(part.text)) and not _of_the_sum(part.text, index)]
    if not rest or not reading.values.numbers and conversation.family == Family.QUOTA and len(rest) == 1 and rest[0] == reading.text:
        return []  # 如果是班组呢: the sum itself
    alone = read(normalise("，".join(rest)), notice, index, reading.today)
    asks = find_questions(alone, Conversation(), notice, index)
    return [ask for ask in asks if ask.family is not Family.CHAT and ask.topic not in SUM_TOPICS and ask.entry.removeprefix("stat_") not in RATES]
