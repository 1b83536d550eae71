"""Two kinds of chart as SVG: rows of bars, and lines over powers of ten. Readable on a phone, on a light ground.

Written here because what we need of a library is little and what it brings is much: pygal knows no mark for an aim in a
row of bars, puts scripts and a style sheet into each file that some viewers ignore, and a random id, so that the same
figures never make the same file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

WIDTH, LEFT, RIGHT, ROW, GAP, HEAD = 480, 150, 84, 24, 10, 62
INK, GREY, PALE, AIM, GROUND = "#1f2933", "#616e7c", "#e4e7eb", "#c62828", "#ffffff"
COLOURS = ("#1f6fb2", "#e0862a", "#2f8f5b", "#8a5fb5", "#b5485d", "#3a9fa6", "#a38a1d", "#5b6b7b", "#c46fa0", "#46c2a0", "#9aa5b1")


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: what it is, its parts (name, value) from left to right, what stands behind them, and the aim if there is one."""

    label: str
    parts: tuple[tuple[str, float], ...]
    said: str
    aim: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A line: its name, and its points (x, y)."""

    name: str
    points: tuple[tuple[float, float], ...]


def bars(title: str, rows: list[Bar | None], note: str = "", whole: float = 0.0) -> str:
    """Rows of bars, one below the other; None leaves a gap. A red mark is the aim; ``whole``: what the full width stands for at least."""
    longest_first = sorted(filter(None, rows), key=lambda row: -len(row.parts))
    names = list(dict.fromkeys(name for row in longest_first for name, _ in row.parts))
    colour = dict(zip(names, COLOURS * 2))
    most = max(whole, *(sum(value for _, value in row.parts) for row in longest_first), *(row.aim or 0.0 for row in longest_first))
    scale = (WIDTH - LEFT - RIGHT) / most
    shown = [names[at:at + 3] for at in range(0, len(names), 3)]
    top = HEAD - 22 + 20 * len(shown)
    height = top + sum(ROW if row else GAP for row in rows) + (34 if note else 14)
    root = _root(title, height)
    for line, some in enumerate(shown):
        for place, name in enumerate(some):
            x, y = 12 + place * 156, 46 + 20 * line
            _add(root, "rect", x=x, y=y - 10, width=11, height=11, fill=colour[name])
            _text(root, x + 16, y, name, 13)
    y = float(top)
    for row in rows:
        if row is None:
            y += GAP
            continue
        _text(root, LEFT - 8, y + 15, row.label, 13, anchor="end")
        x = float(LEFT)
        for name, value in row.parts:
            _add(root, "rect", x=x, y=y + 2, width=max(value, 0.0) * scale, height=ROW - 6, fill=colour[name])
            x += max(value, 0.0) * scale
        if row.aim is not None:
            _add(root, "line", x1=LEFT + row.aim * scale, x2=LEFT + row.aim * scale, y1=y - 1, y2=y + ROW - 1, stroke=AIM, stroke_width=2.5)
        behind = max(x, LEFT + (row.aim or 0.0) * scale if row.aim and LEFT + row.aim * scale < x + 46 else 0.0)
        _text(root, behind + 5, y + 15, row.said, 13)
        y += ROW
    if note:
        _text(root, 12, height - 12, note, 12, GREY)
    return _written(root)


def curves(title: str, lines: list[Curve], aims: list[tuple[float, float]], note: str = "") -> str:
    """Lines over x in powers of ten, y from 0; aims are red marks that should not be exceeded."""
    left, right, top, bottom = 44, 30, 46 + 20 * len(lines), 52
    height = top + 230 + bottom
    xs = [math.log10(x) for line in lines for x, _ in line.points]
    most = 1.08 * max(y for line in lines for _, y in (*line.points, *aims))
    root = _root(title, height)

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - min(xs)) / (max(xs) - min(xs) or 1)
        return left + across * (WIDTH - left - right), top + 230 * (1 - y / most)
    for y in _steps(most):
        _add(root, "line", x1=left, x2=WIDTH - right, y1=at(10 ** min(xs), y)[1], y2=at(10 ** min(xs), y)[1], stroke=PALE)
        _text(root, left - 6, at(10 ** min(xs), y)[1] + 4, f"{y:g}×", 12, GREY, "end")
    for power in range(math.ceil(min(xs)), math.floor(max(xs)) + 1):
        _text(root, at(10 ** power, 0)[0], top + 250, f"{10 ** power:,}", 12, GREY, "middle")
    for x, y in aims:
        px, py = at(x, y)
        _add(root, "line", x1=px - 16, x2=px + 16, y1=py, y2=py, stroke=AIM, stroke_width=3)
    for number, line in enumerate(lines):
        places = [at(x, y) for x, y in line.points]
        _add(root, "polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places), fill="none", stroke=COLOURS[number], stroke_width=2.5)
        for x, y in places:
            _add(root, "circle", cx=x, cy=y, r=3.5, fill=COLOURS[number])
        _add(root, "rect", x=12, y=36 + 20 * number, width=11, height=11, fill=COLOURS[number])
        _text(root, 28, 46 + 20 * number, line.name, 13)
    if note:
        _text(root, 12, height - 8, note, 12, GREY)
    return _written(root)


def _steps(most: float) -> Iterable[float]:
    step = next(one for one in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100) if most / one <= 8)
    return [step * number for number in range(int(most / step) + 1)]


def _root(title: str, height: float) -> ET.Element:
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height:g}", "role": "img", "font-family": "system-ui, -apple-system, 'Segoe UI', sans-serif"})
    ET.SubElement(root, "title").text = title
    _add(root, "rect", width=WIDTH, height=height, fill=GROUND)
    _text(root, 12, 24, title, 15, weight="bold")
    return root


def _text(root: ET.Element, x: float, y: float, text: str, size: int, fill: str = INK, anchor: str = "start", weight: str = "normal") -> None:
    _add(root, "text", x=x, y=y, font_size=size, fill=fill, text_anchor=anchor, font_weight=weight).text = text


def _add(root: ET.Element, name: str, **given: object) -> ET.Element:
    return ET.SubElement(root, name, {key.replace("_", "-"): f"{value:.4g}" if isinstance(value, float) else str(value) for key, value in given.items()})


def _written(root: ET.Element) -> str:
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"
