"""Which entries answer a message: it is split into the questions that explain most of its words."""

from __future__ import annotations

import re

import msgspec

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.numerals import to_number
from handlers.reading import Reading, flat, kinds_of, with_values
from handlers.segments import STRONG, Segment, segments
from handlers.values import read_values
from knowledge.index import Hit, Index
from knowledge.model import Document, Kind
from knowledge.text import NormalText, squeeze

RUN, MANY, RUN_OF_MANY = 4, 10, 3  # segments that may belong to one question; in a message of many segments fewer
GOOD = 2.4  # strength from which an entry answers
LEAST = 0.4  # score that it must keep when what it leaves unexplained is taken off
NEAR = 0.3  # two entries this close together are offered as a choice
UNEXPLAINED = 0.35  # what a question leaves unexplained when it may be two
HALF = 5.0  # score of each half
CUTS = 6  # places behind the first question word at which the second question may begin
PER_QUESTION = 1.6  # what a further question has to be worth
PERHAPS = 1.6  # nearness that is worth offering as a choice, where no cue fits
GUESS = 2.0  # nearness of a single candidate that is shown as a guess
ATTACHMENT = "annex"  # how the entry of each attachment begins
REFUSED = "prying"  # small talk that has to be answered beside a question
FRAGMENT = 8  # characters of a message that can hardly be a question of its own
FROM_VALUES = frozenset({"next_year", "later_year", "past_year", "day_named", "people_named"})  # concepts that numbers make, not words
ELLIPTIC = re.compile(r"也[给发说要是]|^(那么?|如果|要是|换成|换做|还有|然后|再|它|这个|那个|其)|(呢|嘞|哩|咧|的话|咋样|怎么样)[?？吧啊呀]*$")
ANOTHER = re.compile(r"(?:那么?|还有|再)?第?(?P<number>[1-9一二三四五六七八九])[个号]?(?:呢|嘞|哩|咧|是?[啥什]么?子?)*[?？]*")
YES_NO = re.compile(r"吗|么|不[?？呀啊呢咯嘞哦]?$|行不|能不|可不|是不是|能否|可否|吧[?？]?$|没[?？]?$|得不得行|对不|[要能会用需][要用]?不[要用]|(?P<one>[^\s，,])不(?P=one)|算不算|可以")


class Question(msgspec.Struct, frozen=True):
    """A run of segments read as one question, and the entry that answers it best."""

    hit: Hit
    text: str
    concepts: frozenset[str]
    hits: tuple[Hit, ...]


def find_questions(reading: Reading, conversation: Conversation, notice: Document, index: Index) -> list[Ask]:
    """The questions of a message in order, an entry each, none twice."""
    context = _context(conversation, notice) if leans(reading.text) else frozenset()
    leans_on = conversation.entry if context else None
    asks: list[Ask] = []
    for question in _halves(_best_split(segments(reading.text), reading, context, leans_on, notice, index), reading, notice, index):
        ask = _question_ask(question, reading, context, notice, index)
        ask = ask.but(unfamiliar=index.unfamiliar(question.text, ask.entry))
        again = next((n for n, one in enumerate(asks) if one.entry == ask.entry), None)
        if again is None:
            asks.append(ask)
        else:
            asks[again] = asks[again].but(kinds=tuple(kind for kind in Kind if kind in asks[again].kinds + ask.kinds))
    if len(asks) == 1 and asks[0].family is Family.TIME and not asks[0].yes_no and YES_NO.search(reading.text):
        asks = [asks[0].but(yes_no=True)]  # 6号再报成果，晚不晚
    asks = [ask for ask in asks if ask.family is not Family.CHAT or ask.topic == REFUSED] or asks[:1]
    return asks or _same_again(reading, conversation, notice)


def _context(conversation: Conversation, notice: Document) -> frozenset[str]:
    """What the question before was about, without the words that are an entry's own: they would lead to it again, or nowhere."""
    return frozenset(name for name in conversation.concepts if name not in notice.entries or not notice.entries[name].words)


def leans(text: str) -> bool:
    """Whether the words lean on the question before: hardly any, or 那…, …呢, …也."""
    flat = squeeze(text)
    return len(flat) <= FRAGMENT or len(flat) <= 24 and bool(ELLIPTIC.search(flat))


def _same_again(reading: Reading, conversation: Conversation, notice: Document) -> list[Ask]:
    """那班组呢: the last question, for the other kind; 那六呢: for another attachment."""
    flat = squeeze(reading.text)
    if conversation.entry.startswith(ATTACHMENT) and (said := ANOTHER.fullmatch(flat)):
        other = f"{ATTACHMENT}{to_number(said['number'])}"
        return [entry_ask(other, notice, text=reading.text, concepts=reading.concepts)] if other in notice.entries else []
    if conversation.entry in notice.entries and len(flat) <= 14 and leans(reading.text) and (reading.kinds or ELLIPTIC.search(flat)):
        return [entry_ask(conversation.entry, notice, text=reading.text, kinds=reading.kinds, values=reading.values,
                          concepts=frozenset(conversation.concepts) - set(Kind) | reading.concepts)]
    return []


def _best_split(parts: list[Segment], reading: Reading, context: frozenset[str], leans_on: str | None, notice: Document, index: Index) -> list[Question]:
    """Dynamic programming over the places where one question may end and the next begin."""
    asked = any([part.asks for part in parts])
    if len(parts) == 1:
        question = _read_run(parts, asked, context, leans_on, reading, notice, index)
        return [question] if question else []
    run = RUN if len(parts) < MANY else RUN_OF_MANY
    best: list[tuple[float, list[Question]]] = [(0.0, [])]
    for end in range(1, len(parts) + 1):
        options = [best[end - 1]]
        for begin in range(max(0, end - run), end):
            score, before = best[begin]
            earlier = context.union(*(one.concepts for one in before[-1:]))
            question = _read_run(parts[begin:end], asked, earlier, leans_on, reading, notice, index)
            if question:
                again = any(one.hit.entry == question.hit.entry for one in before)
                price = PER_QUESTION if before and not again else 0.0
                options.append((score + question.hit.score - price, [*before, question]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]


def _halves(questions: list[Question], reading: Reading, notice: Document, index: Index) -> list[Question]:
    """统计表是附件几要填哪些: a question that leaves something unexplained and asks twice is taken as two, where both have an answer."""
    found: list[Question] = []
    for question in questions:
        asked = _asked_at(question.text) if question.hit.strength - question.hit.score > UNEXPLAINED else []
        last = asked[-1] if len(asked) > 1 else range(0)
        cuts = range(asked[0].stop, min(last.stop - 1, last.start + 1, asked[0].stop + CUTS)) if last else ()
        pairs = [pair for cut in cuts if (pair := _two(question.text[:cut], question.text[cut:], reading, notice, index))]
        best = max(pairs, key=lambda pair: pair[0].hit.rule + pair[1].hit.rule, default=[question])
        found += best
    return found


def _asked_at(text: str) -> list[range]:
    """Where each question word stands; the 求 of 要求 is none. No cut parts 算不算."""
    return [range(*match.span()) for match in STRONG.finditer(text) if match.group() != "求" or text[match.start() - 1:match.start()] not in tuple("要需")]


def _two(left: str, right: str, reading: Reading, notice: Document, index: Index) -> list[Question] | None:
    """Both halves as questions of their own, each with a good answer and a different one."""
    one = _read_run([Segment(left, True, False)], True, frozenset(), None, reading, notice, index)
    two = one and _read_run([Segment(right, True, False)], True, one.concepts, None, reading, notice, index)
    if not two or min(one.hit.score, two.hit.score) < HALF or one.hit.entry == two.hit.entry:
        return None
    return [one, two]


def _read_run(run: list[Segment], asked: bool, context: frozenset[str], leans_on: str | None, reading: Reading, notice: Document,
              index: Index) -> Question | None:
    asks = not asked or any([part.asks for part in run])
    if not asks and not any([part.names for part in run]):
        return None
    text = flat("".join([part.text for part in run]))
    if text == reading.flat:
        concepts = reading.concepts
    elif reading.concepts & FROM_VALUES:
        concepts = with_values(index.concepts(text), read_values(NormalText(text, text), reading.today), notice)
    else:
        concepts = index.concepts(text)
    hits = index.rank(concepts, text, context, leans_on=leans_on, least_rule=0.0 if asks else GOOD)
    if not hits or hits[0].strength < GOOD or hits[0].score < LEAST or not asks and (hits[0].rule < GOOD or not _worth_naming(hits[0].entry, notice)):
        return None
    return Question(hits[0], text, concepts, tuple(hits))


def _worth_naming(entry: str, notice: Document) -> bool:
    """Whether an entry answers a piece that asks nothing (新手，系统怎么用): the notice says something of it."""
    return notice.entries[entry].stated and notice.entries[entry].family != Family.CHAT


def _question_ask(question: Question, reading: Reading, context: frozenset[str], notice: Document, index: Index) -> Ask:
    """The entry that answers, chosen with the wording too; a choice where two are equally near."""
    best, *others = question.hits if context else index.told_apart(question.hits, question.text)
    near = [hit for hit in others if best.score - hit.score < NEAR
            and (notice.entries[hit.entry].stated or notice.entries[best.entry].stated)]
    kinds = kinds_of(question.concepts) or reading.kinds
    ask = entry_ask(best.entry, notice, text=question.text, kinds=kinds, values=reading.values,
                    concepts=question.concepts | (best.from_context & context))
    return ask.but(choices=(best.entry, *(hit.entry for hit in near))) if near else ask


def entry_ask(entry: str, notice: Document, *, text: str, kinds: tuple[Kind, ...] = (), concepts: frozenset[str] = frozenset(),
              **more: object) -> Ask:
    """The Ask for one entry of the knowledge base."""
    one = notice.entries[entry]
    family = Family.OUTSIDE if not one.stated else Family.TIME if one.window else Family(one.family)
    return Ask(family, entry=entry, topic=one.topic, kinds=kinds, concepts=concepts, text=text,
               yes_no=bool(YES_NO.search(text)), **more)


def perhaps(reading: Reading, notice: Document, index: Index) -> Ask:
    """Nothing answers well enough: a choice of what is near, or not understood."""
    hits = [hit for hit in index.rank(reading.concepts, reading.flat) if hit.strength >= PERHAPS]
    common = {"text": reading.text, "kinds": reading.kinds, "values": reading.values, "concepts": reading.concepts}
    if not hits or len(hits) == 1 and hits[0].strength < GUESS:
        return Ask(Family.CLARIFY, topic="not_understood", **common)
    return Ask(Family.CLARIFY, choices=tuple(hit.entry for hit in hits), **common)
