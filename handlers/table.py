"""Rows pasted from a sheet: which heading stands above a number (职工总数 参加人数 / 800 320)."""

from __future__ import annotations

import re

_CELL = re.compile(r"\S+")
_NUMERIC = re.compile(r"[0-9][0-9,.]*\s?[个人名项]?$")
_MOST = 40  # rows


def headings(text: str) -> dict[int, str]:
    """The place of each number's cell, and the heading of its column; empty where the lines are no table."""
    rows = []
    place = 0
    for line in text.split("\n")[:_MOST]:
        rows.append([(place + cell.start(), cell.group()) for cell in _CELL.finditer(line)])
        place += len(line) + 1
    found: dict[int, str] = {}
    head: list[tuple[int, str]] = []
    for row in rows:
        numeric = [cell for cell in row if _NUMERIC.match(cell[1])]
        if not numeric and len(row) > 1:
            head = row
        elif head and len(numeric) > 1 and len(row) <= len(head):
            offset = len(head) - len(row) if len(row) == len(numeric) else 0  # the first heading may stand for nothing
            found.update({at: head[n + offset][1] for n, (at, cell) in enumerate(row) if _NUMERIC.match(cell)})
    return found
