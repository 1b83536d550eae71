"""One answer as a picture for a group: question, facts, clause, code and version, the QR code of the page."""

from __future__ import annotations

import io
import re
from pathlib import Path

import segno
from PIL import Image, ImageDraw

from bot.faq.content import Faq, faq_of
from bot.faq.fonts import font
from knowledge import files
from knowledge.snapshot import Snapshot

WIDTH, EDGE = 1080, 64
INK, SOFT, GREEN, PALE, WHITE = "#1b1f1d", "#5c6661", "#05713a", "#e8f5ee", "#ffffff"
QR = 220
KEPT = "cards"
NEVER_FIRST = "，。；：！？、）》”’】%,.;:!?)"  # 避头: does not begin a line
NEVER_LAST = "（《“‘【("


def kept(code: str, snapshot: Snapshot, address: str, data_dir: Path) -> bytes:
    """The card from the disk where an earlier request or another worker drew it for this version, else drawn and kept."""
    folder = data_dir / KEPT / f"v{snapshot.version}-{snapshot.digest}"
    path = folder / f"{code}.png"
    try:
        return path.read_bytes()
    except OSError:
        drawn = draw(code, faq_of(snapshot), address)
    try:
        _forget_others(folder)
        folder.mkdir(parents=True, exist_ok=True)
        files.replace(path, drawn, sync=False)
    except OSError:
        pass  # a full disk costs time, never the card
    return drawn


def _forget_others(folder: Path) -> None:
    """Cards of earlier versions are not needed any more."""
    for old in folder.parent.glob("v*") if not folder.exists() else ():
        for path in old.iterdir():
            path.unlink(missing_ok=True)
        old.rmdir()


def draw(code: str, faq: Faq, address: str) -> bytes:
    """The PNG. NoChineseFont where the machine has none."""
    if code == "share":
        title, facts, clause, mark = "常见问题", "\n".join(section.title for section in faq.stated[:6]), faq.notice, f"v{faq.version}"
    else:
        item = faq.items[code]
        title, facts, clause, mark = item.title, item.facts, item.clause, item.mark
    return _png(_paint(faq, title, facts, clause, mark, f"{address}/faq{'' if code == 'share' else f'#{code}'}" if address else ""))


def _paint(faq: Faq, title: str, facts: str, clause: str, mark: str, link: str) -> Image.Image:
    inner = WIDTH - 2 * EDGE
    size = 40 if len(facts) < 160 else 36 if len(facts) < 320 else 32
    head, words, small = font(54, bold=True), font(size), font(28)
    titles, lines = wrap(title, head, inner), [line for part in facts.split("\n") for line in wrap(part, words, inner)]
    clauses = wrap(clause, small, inner)
    leading = round(size * 1.62)
    bottom = 120 + 48 + 76 * len(titles) + 20 + leading * len(lines) + 28 + 44 * len(clauses) + 36
    image = Image.new("RGB", (WIDTH, bottom + QR + 2 * 40), WHITE)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 120), fill=GREEN)
    pen.text((EDGE, 60), faq.heading, font=font(38, bold=True), fill=WHITE, anchor="lm")
    pen.text((WIDTH - EDGE, 60), mark, font=font(34, bold=True), fill=WHITE, anchor="rm")
    y = _lines(pen, titles, 168, 76, head, INK) + 20
    y = _lines(pen, lines, y, leading, words, INK) + 28
    _lines(pen, clauses, y, 44, small, SOFT)
    _foot(image, pen, faq, bottom, link)
    return image


def _lines(pen: ImageDraw.ImageDraw, lines: list[str], y: int, leading: int, face, colour: str) -> int:
    for line in lines:
        pen.text((EDGE, y), line, font=face, fill=colour)
        y += leading
    return y


def _foot(image: Image.Image, pen: ImageDraw.ImageDraw, faq: Faq, top: int, link: str) -> None:
    """Where to ask, and the QR code where the page has an address."""
    pen.rectangle((0, top, WIDTH, image.height), fill=PALE)
    room = WIDTH - 2 * EDGE - (QR + 40 if link else 0)
    rows = re.sub(r"^咨询：", "", faq.whom).split("，")
    face = font(29)
    y = top + 40 + max(0, (QR - 46 * (len(rows) + 1)) // 2)
    pen.text((EDGE, y), "咨询" + ("　扫码看全部问答" if link else ""), font=font(29, bold=True), fill=GREEN)
    for row in rows:
        y += 46
        pen.text((EDGE, y), next(iter(wrap(row, face, room)), ""), font=face, fill=INK)
    if link:
        code = segno.make(link, error="m", micro=False)
        scale = max(1, QR // (code.symbol_size(border=2)[0]))
        stream = io.BytesIO()
        code.save(stream, kind="png", scale=scale, border=2)
        square = Image.open(stream).convert("RGB")
        image.paste(square, (WIDTH - EDGE - square.width, top + 40 + (QR - square.height) // 2))


def wrap(text: str, face, room: int) -> list[str]:
    """``text`` in lines of at most ``room`` pixels: numbers and addresses stay whole, no line begins with a stop."""
    lines, line = [], ""
    for piece in re.findall(r"[A-Za-z0-9][A-Za-z0-9@._:/%-]*|.", text):
        if line and face.getlength(line + piece) > room and piece not in NEVER_FIRST:
            moved = line[-1] if line[-1] in NEVER_LAST else ""
            lines.append(line[:-1] if moved else line)
            line = moved
        while face.getlength(line + piece) > room and len(piece) > 1:
            fits = next(n for n in range(len(piece), 0, -1) if n == 1 or face.getlength(line + piece[:n]) <= room)
            lines.append(line + piece[:fits])
            line, piece = "", piece[fits:]
        line += piece
    return [*lines, line] if line else lines


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()
