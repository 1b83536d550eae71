"""The FAQ as HTML: bytes made once for each version, and the answers found for a question."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json

from flask import render_template

from bot import web
from bot.faq.content import Faq, Item, Section, faq_of
from handlers.reading import read
from handlers.sharing.wishes import codes_in
from knowledge.snapshot import Snapshot
from knowledge.text import normalise

HTML = "text/html; charset=utf-8"
FOUND_AT_MOST = 20
NEAR = 1.6  # strength from which an answer is shown for a question
Made = tuple[bytes, str, dict[str, str]]


def whole(snapshot: Snapshot, address: str) -> Made:
    """The page of all answers, with structured data; its hash is in the Content-Security-Policy."""
    faq = faq_of(snapshot)
    data, printed = structured(faq), running(faq)
    html = render_template("faq.html", faq=faq, sections=faq.stated, data=data, printed=printed, address=address, page="whole", asked="")
    return html.encode(), HTML, {"Content-Security-Policy": policy(data, printed)}


def open_points(snapshot: Snapshot, address: str) -> Made:
    """The page of what the notice does not say."""
    faq = faq_of(snapshot)
    printed = running(faq)
    html = render_template("faq.html", faq=faq, sections=faq.open, data="", printed=printed, address=address, page="open", asked="")
    return html.encode(), HTML, {"Content-Security-Policy": policy("", printed)}


def found(asked: str, snapshot: Snapshot, address: str) -> str:
    """The answers that fit a question, best first; said so where there are none."""
    faq = faq_of(snapshot)
    items = tuple(_fitting(asked, faq, snapshot))[:FOUND_AT_MOST]
    sections = (Section("found", f"“{asked}”的结果", items),) if items else ()
    return render_template("faq.html", faq=faq, sections=sections, data="", printed="", address=address, page="found", asked=asked)


def chat(text: str, answer: str, snapshot: Snapshot) -> str:
    """The form for a pasted group chat, with its answers."""
    return render_template("faq_chat.html", faq=faq_of(snapshot), text=text, answer=answer)


def structured(faq: Faq) -> str:
    """schema.org FAQPage as JSON-LD, safe inside a script element."""
    rows = [{"@type": "Question", "name": item.title, "acceptedAnswer": {"@type": "Answer", "text": "\n".join(filter(None, [item.facts, item.clause]))}}
            for section in faq.stated for item in section.items]
    page = {"@context": "https://schema.org", "@type": "FAQPage", "name": f"{faq.heading}问答", "version": f"v{faq.version}", "inLanguage": "zh-CN", "mainEntity": rows}
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def running(faq: Faq) -> str:
    """What stands at the foot of every printed page: name, version, page number."""
    return f'@page{{@bottom-center{{content:"{faq.heading}问答 · v{faq.version} · 第" counter(page) "页";font-size:8.5pt;color:#555}}}}'


def policy(data: str, style: str) -> str:
    """The pages' policy, with leave for these very texts in line and no other."""
    leave = [f"{kind} 'self' 'sha256-{_digest(text)}'" for kind, text in (("script-src", data), ("style-src", style)) if text]
    return "; ".join([web.HEADERS["Content-Security-Policy"], *leave])


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _fitting(asked: str, faq: Faq, snapshot: Snapshot):
    """By code, then by what the words mean, then by the letters."""
    items, names = faq.items, {item.name: item for item in faq.items.values()}
    codes = [items[code] for code, _ in codes_in(normalise(asked).text) if code in items]
    notice, index = snapshot.newest()
    reading = read(normalise(asked), notice, index, dt.date(notice.notice.year, 1, 1))
    near = [names[hit.entry] for hit in index.rank(reading.concepts, reading.flat, most=8) if hit.strength >= NEAR and hit.entry in names]
    words = [word for word in reading.text.split() if word]
    same = [item for item in items.values() if all(_has(item, word) for word in words)]
    yield from dict.fromkeys([*codes, *near, *same])


def _has(item: Item, word: str) -> bool:
    return word in f"{item.title}\n{item.facts}".lower()
