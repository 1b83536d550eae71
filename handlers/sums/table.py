"""Rows pasted from a sheet: which heading stands above a number (职工总数 参加人数 / 800 320)."""

from __future__ import annotations

import re

_CELL = re.compile(r"(?:[^\s,]|(?<=\d),(?=\d{3}(?!\d)))+")
_RULED = re.compile(r"[^|]*")  # between strokes a cell may be empty
_NUMERIC = re.compile(r"[0-9][0-9,.]*\s?[个人名项]?$")
_DIVIDER = re.compile(r"[-|:=\s]+")
_MOST = 40  # rows


def headings(text: str) -> dict[int, str]:
    """The place of each number's cell, and the heading of its column; empty where the lines are no table."""
    rows = []
    place = 0
    for line in text.split("\n")[:_MOST]:
        if not _DIVIDER.fullmatch(line):
            rows.append(_cells(line, place))
        place += len(line) + 1
    found: dict[int, str] = {}
    head: list[tuple[int, str]] = []
    for row in rows:
        numeric = [cell for cell in row if _NUMERIC.match(cell[1])]
        if not numeric and len(row) > 1:
            head = row
        elif head and (len(numeric) > 1 or numeric and len(row) == len(head)) and len(row) <= len(head):
            offset = len(head) - len(row) if len(row) == len(numeric) else 0  # the first heading may stand for nothing
            found.update({at: head[n + offset][1] for n, (at, cell) in enumerate(row) if _NUMERIC.match(cell)})
    return found


def _cells(line: str, place: int) -> list[tuple[int, str]]:
    """The cells of a line that begins at ``place``, each with its own place."""
    if "|" not in line:
        return [(place + cell.start(), cell.group()) for cell in _CELL.finditer(line)]
    outer = len(line) - len(line.lstrip("| "))
    cells = [match for match in _RULED.finditer(line.rstrip("| "), outer) if match.start() == outer or line[match.start() - 1] == "|"]
    return [(place + cell.start() + len(cell.group()) - len(cell.group().lstrip()), cell.group().strip()) for cell in cells]
