"""Golden questions (回归题): in which words a fact's value shows in a reply, and carrying questions over to new values."""

from __future__ import annotations

import datetime as dt

import msgspec

from knowledge.differences import complete, named_by
from knowledge.model import Case, Document, Fact, FactType, Window
from knowledge.template import show, show_day


def literals(fact: Fact) -> tuple[str, ...]:
    """The words by which a reply shows the value, fullest first: 2025年5月15日, 5月15日; 10人; each item of a list."""
    value = fact.value
    if isinstance(value, Window) and fact.type is FactType.MONTHS:
        return show(fact), *(f"{day.year}年{day.month}月" for day in (value.opens, value.closes))
    if isinstance(value, Window):
        return show(fact), *_day(value.opens), *_day(value.closes)
    if isinstance(value, dt.date):
        return _day(value)
    if isinstance(value, tuple):
        return show(fact), *value
    return (show(fact),)


def _day(day: dt.date) -> tuple[str, str]:
    return show_day(day), f"{day.month}月{day.day}日"


def carry(old: Document, new: Document) -> Document:
    """``new`` with its golden questions expecting the new values where they expected the old ones, word for word.

    What a question expects of a sum (可报27个) is no value of the notice: it stays, and fails until somebody mends it.
    """
    whole, renewed = complete(old), _renewed(old, new)
    anywhere = {one: other for table in renewed.values() for one, other in table.items()}
    cases = {name: _carried(case, _own(case, whole, renewed) or {}, anywhere) for name, case in new.cases.items()}
    return msgspec.structs.replace(new, cases=cases)


def _renewed(old: Document, new: Document) -> dict[str, dict[str, str]]:
    """Fact → its old words → its new ones."""
    both = {name: (fact, new.facts[name]) for name, fact in old.facts.items() if name in new.facts and fact.value != new.facts[name].value}
    return {name: {one: (*words, *words[:1] * len(literals(was)))[place] for place, one in enumerate(literals(was))}
            for name, (was, now) in both.items() if (words := literals(now))}


def _own(case: Case, whole: Document, renewed: dict[str, dict[str, str]]) -> dict[str, str]:
    """The words of the facts that the expected entry names: they count before another fact's with the same value."""
    entry = whole.entries.get(case.entry)
    named = named_by(entry, whole) if entry else ()
    return {one: other for name in named for one, other in renewed.get(name, {}).items()}


def _carried(case: Case, own: dict[str, str], anywhere: dict[str, str]) -> Case:
    def word(said: str) -> str:
        return own.get(said) or anywhere.get(said) or said
    return msgspec.structs.replace(case, must=tuple(map(word, case.must)))
