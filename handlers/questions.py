"""Which entries answer a message: it is split into the questions that explain most of its words."""

from __future__ import annotations

import re

import msgspec

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.reading import Reading, flat, kinds_of, with_values
from handlers.segments import Segment, segments
from handlers.values import read_values
from knowledge.index import Hit, Index
from knowledge.model import Document, Kind
from knowledge.text import NormalText, squeeze

RUN = 4  # segments that may belong to one question
GOOD = 2.4  # strength from which an entry answers
LEAST = 0.4  # score that it must keep when what it leaves unexplained is taken off
NEAR = 0.3  # two entries this close together are offered as a choice
PER_QUESTION = 1.6  # what a further question has to be worth
PERHAPS = 1.6  # nearness that is worth offering as a choice, where no cue fits
GUESS = 2.0  # nearness of a single candidate that is shown as a guess
CHOICES = 3
FRAGMENT = 6  # characters of a message that can hardly be a question of its own
FROM_VALUES = frozenset({"next_year", "later_year", "past_year", "day_named", "people_named"})  # concepts that numbers make, not words
ELLIPTIC = re.compile(r"也[给发说要是]|^(那么?|如果|要是|换成|换做|还有|然后|再|它|这个|那个|其)|(呢|的话|咋样|怎么样)[?？吧啊呀]*$")
YES_NO = re.compile(r"吗|么|不[?？呀啊呢咯嘞哦]?$|行不|能不|可不|是不是|能否|可否|吧[?？]?$|没[?？]?$|得不得行|对不|[要能会用需][要用]?不[要用]|算不算|可以")


class Question(msgspec.Struct, frozen=True):
    """A run of segments read as one question, and the entry that answers it best."""

    hit: Hit
    text: str
    concepts: frozenset[str]
    hits: tuple[Hit, ...]


def find_questions(reading: Reading, conversation: Conversation, notice: Document, index: Index) -> list[Ask]:
    """The questions of a message in order, an entry each, none twice."""
    context = frozenset(conversation.concepts) if _elliptic(reading) else frozenset()
    asks: list[Ask] = []
    for question in _best_split(segments(reading.text), reading, context, notice, index):
        ask = _question_ask(question, reading, context, notice)
        again = next((n for n, one in enumerate(asks) if one.entry == ask.entry), None)
        if again is None:
            asks.append(ask)
        else:
            asks[again] = asks[again].but(kinds=tuple(kind for kind in Kind if kind in asks[again].kinds + ask.kinds))
    asks = [ask for ask in asks if ask.family is not Family.CHAT] or asks[:1]
    return asks or _same_again(reading, conversation, notice)


def _elliptic(reading: Reading) -> bool:
    """Whether the words lean on the question before: hardly any, or 那…, …呢, …也."""
    flat = squeeze(reading.text)
    return len(flat) <= FRAGMENT or len(flat) <= 24 and bool(ELLIPTIC.search(flat))


def _same_again(reading: Reading, conversation: Conversation, notice: Document) -> list[Ask]:
    """那班组呢: the last question, for the other kind."""
    flat = squeeze(reading.text)
    if conversation.entry in notice.entries and len(flat) <= 14 and (reading.kinds or ELLIPTIC.search(flat)):
        return [entry_ask(conversation.entry, notice, text=reading.text, kinds=reading.kinds, values=reading.values,
                          concepts=frozenset(conversation.concepts) - set(Kind) | reading.concepts)]
    return []


def _best_split(parts: list[Segment], reading: Reading, context: frozenset[str], notice: Document, index: Index) -> list[Question]:
    """Dynamic programming over the places where one question may end and the next begin."""
    asked = any([part.asks for part in parts])
    if len(parts) == 1:
        question = _read_run(parts, asked, context, bool(context), reading, notice, index)
        return [question] if question else []
    best: list[tuple[float, list[Question]]] = [(0.0, [])]
    for end in range(1, len(parts) + 1):
        options = [best[end - 1]]
        for begin in range(max(0, end - RUN), end):
            score, before = best[begin]
            earlier = context.union(*(one.concepts for one in before[-1:]))
            question = _read_run(parts[begin:end], asked, earlier, bool(context), reading, notice, index)
            if question:
                again = any(one.hit.entry == question.hit.entry for one in before)
                price = PER_QUESTION if before and not again else 0.0
                options.append((score + question.hit.score - price, [*before, question]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]


def _read_run(run: list[Segment], asked: bool, context: frozenset[str], fragment: bool, reading: Reading, notice: Document,
              index: Index) -> Question | None:
    asks = not asked or any([part.asks for part in run])
    if not asks and not any([part.names for part in run]):
        return None
    text = "".join([flat(part.text) for part in run])
    if text == flat(reading.text):
        concepts = reading.concepts
    elif reading.concepts & FROM_VALUES:
        concepts = with_values(index.concepts(text), read_values(NormalText(text, text), reading.today), notice)
    else:
        concepts = index.concepts(text)
    hits = index.rank(concepts, text, context, fragment=fragment)
    if not hits or hits[0].strength < GOOD or hits[0].score < LEAST or not asks and hits[0].rule < GOOD:
        return None
    return Question(hits[0], text, concepts, tuple(hits))


def _question_ask(question: Question, reading: Reading, context: frozenset[str], notice: Document) -> Ask:
    """The entry that answers, chosen with the wording too; a choice where two are equally near."""
    best = question.hits[0]
    near = [hit for hit in question.hits[1:] if best.score - hit.score < NEAR
            and (notice.entries[hit.entry].stated or notice.entries[best.entry].stated)]
    kinds = kinds_of(question.concepts) or reading.kinds
    ask = entry_ask(best.entry, notice, text=question.text, kinds=kinds, values=reading.values,
                    concepts=question.concepts | (best.explained & context))
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
    hits = [hit for hit in index.rank(reading.concepts, flat(reading.text)) if hit.strength >= PERHAPS]
    common = {"text": reading.text, "kinds": reading.kinds, "values": reading.values, "concepts": reading.concepts}
    if not hits or len(hits) == 1 and hits[0].strength < GUESS:
        return Ask(Family.CLARIFY, topic="not_understood", **common)
    return Ask(Family.CLARIFY, choices=tuple(hit.entry for hit in hits), **common)
