"""Texts that stand alone in a QQ group (family forward)."""

from __future__ import annotations

from handlers.ask import Ask
from handlers.reading import Reading
from knowledge.index import Index


def wants_forward(reading: Reading, index: Index) -> Ask | None:
    """转发 名额, 帮我生成一段发群里的…, 转发 Q3."""
    return None
