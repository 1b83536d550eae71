"""The whole FAQ as files for a group's folder: Word and plain text, the version on each page."""

from __future__ import annotations

import datetime as dt
import io

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from bot.faq.content import Faq, Section
from knowledge.snapshot import Snapshot

SANS, SERIF = "微软雅黑", "宋体"
GREEN, SOFT = RGBColor(0x05, 0x71, 0x3A), RGBColor(0x5C, 0x66, 0x61)
OPEN = "通知未规定的"


def named(kind: str, snapshot: Snapshot) -> dict[str, str]:
    """A file name that says the version, so that an old file in a folder is recognised."""
    return {"Content-Disposition": f'{"attachment" if kind == "docx" else "inline"}; filename="faq-v{snapshot.version}.{kind}"'}


def text(faq: Faq) -> bytes:
    """Plain text for any editor: UTF-8 with its mark, Windows line ends, the version at the head of each part."""
    lines = [f"{faq.heading}问答（v{faq.version}）", f"依据{faq.notice}", faq.whom, ""]
    for section in _all(faq):
        lines += [f"======== {section.title}（v{faq.version}） ========", ""]
        for item in section.items:
            lines += [f"{item.code} {item.title}", item.facts, *([item.clause] if item.clause else []), ""]
    return "\ufeff".encode() + "\n".join(lines).replace("\n", "\r\n").encode()


def _all(faq: Faq) -> list[Section]:
    return [*faq.stated, *(Section(one.id, f"{OPEN}：{one.title}", one.items) for one in faq.open)]


def word(faq: Faq, issued: dt.date) -> bytes:
    """A Word file: title, a part for each topic, version and page number on every page."""
    paper = docx.Document()
    _page(paper, faq, issued)
    _styles(paper)
    paper.add_heading(f"{faq.heading}问答", 0)
    _line(paper, f"依据{faq.notice}", soft=True)
    _line(paper, faq.whom, soft=True)
    for section in faq.stated:
        _section(paper, section, 1)
    paper.add_page_break()
    paper.add_heading(OPEN, 1)
    for section in faq.open:
        _section(paper, section, 2)
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()


def _page(paper, faq: Faq, issued: dt.date) -> None:
    """A4, and the running lines."""
    one = paper.sections[0]
    one.page_width, one.page_height = Cm(21), Cm(29.7)
    one.left_margin = one.right_margin = Cm(2.3)
    one.top_margin = one.bottom_margin = Cm(2.2)
    head, foot = one.header.paragraphs[0], one.footer.paragraphs[0]
    head.text, foot.text = f"{faq.heading}问答 · v{faq.version}", "第"
    head.alignment = foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(foot, "PAGE")
    foot.add_run(f"页 · v{faq.version} · 微信公众号{faq.account}")
    for run in (*head.runs, *foot.runs):
        run.font.size, run.font.color.rgb = Pt(9), SOFT
    told = paper.core_properties
    told.title, told.author, told.comments = f"{faq.heading}问答 v{faq.version}", faq.account, ""
    told.created = told.modified = dt.datetime.combine(issued, dt.time())


def _field(paragraph, name: str) -> None:
    for kind, words in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()
        part = OxmlElement("w:instrText" if words else "w:fldChar")
        part.text = words or None
        if kind:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _styles(paper) -> None:
    """Chinese fonts for every style in use: Word takes Latin ones for Chinese otherwise."""
    for name, face, size in (("Normal", SERIF, 11), ("Title", SANS, 20), ("Heading 1", SANS, 15), ("Heading 2", SANS, 13), ("Heading 3", SANS, 11.5)):
        style = paper.styles[name]
        style.font.name, style.font.size = face, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for slot in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(slot), face)
        for slot in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(slot), None)
        if name != "Normal":
            style.font.color.rgb = GREEN if name != "Heading 3" else RGBColor(0x1B, 0x1F, 0x1D)
    for language in paper.styles.element.iter(qn("w:lang")):  # else a stand-in font may draw Taiwan's punctuation
        language.set(qn("w:eastAsia"), "zh-CN")
    for border in paper.styles["Title"].element.pPr.findall(qn("w:pBdr")):
        paper.styles["Title"].element.pPr.remove(border)
    paper.styles["Normal"].paragraph_format.space_after = Pt(2)


def _section(paper, section: Section, level: int) -> None:
    paper.add_heading(section.title, level)
    for item in section.items:
        paper.add_heading(f"{item.code}　{item.title}", 3)
        for line in item.facts.split("\n"):
            _line(paper, line)
        if item.clause:
            _line(paper, item.clause, soft=True)


def _line(paper, words: str, soft: bool = False) -> None:
    run = paper.add_paragraph().add_run(words)
    if soft:
        run.font.size, run.font.color.rgb = Pt(9), SOFT
