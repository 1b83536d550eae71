"""The notice's own numbers, which stay readable in the journal."""

from __future__ import annotations

import re

from knowledge.snapshot import Snapshot

_DIGITS = re.compile(r"\d(?:[ -]?\d){6,}")
_last: tuple[str, frozenset[str]] = ("", frozenset())


def known_numbers(snapshot: Snapshot) -> frozenset[str]:
    """Every long number of the published notices, digits only; worked out once for each snapshot."""
    global _last
    if _last[0] != snapshot.digest:
        _last = (snapshot.digest, _read(snapshot))
    return _last[1]


def _read(snapshot: Snapshot) -> frozenset[str]:
    texts = (str(fact.value) for document in snapshot.documents for fact in document.facts.values())
    return frozenset(re.sub(r"\D", "", number) for text in texts for number in _DIGITS.findall(text))
