"""Banners in front of chosen answers, and corrections for those who got a wrong one."""

from __future__ import annotations

import datetime as dt
import secrets

import msgspec
from flask import Response, render_template, request

from bot import DAY, ahead, journal
from bot.desk import audit, drafts, show, trial
from bot.desk.base import back, clock, desk, publishers, routes, whoever
from bot.store import StoreDown
from knowledge import publish
from knowledge.differences import rendered

DAYS_AT_MOST = 60
CORRECTED_FOR = 30 * DAY  # seconds in which a correction reaches who asks again


@routes.get("/banners")
def banners() -> str:
    """临时提示。"""
    return _banners("")


@routes.post("/banners")
@publishers
def add_banner() -> Response | tuple[str, int]:
    """Set a banner; it shows at once."""
    text, entries = request.form.get("text", "").strip(), tuple(request.form.getlist("entry"))[:50]
    until = _moment(request.form.get("until", ""))
    known = [key for key in (_entry(one) for one in entries if one.strip()) if key is not None]
    wrong = _text_wrong(text) or ("" if until and clock() < until < clock() + DAYS_AT_MOST * DAY else f"到期时间要在现在之后、{DAYS_AT_MOST}天以内。")
    if not wrong and len(known) != sum(bool(one.strip()) for one in entries):
        wrong = "没有这条答复，请从列表里选。"
    if wrong:
        audit.note("设临时提示未成", text, wrong)
        return _banners(wrong), 400
    now = ahead.current(desk().data)
    made = ahead.Banner(id=secrets.token_hex(4), text=text, until=until or 0, entries=tuple(known), who=whoever())
    ahead.save(desk().data, msgspec.structs.replace(now, banners=(*_alive(now.banners), made)))
    audit.note("设临时提示", text, f"到{show.moment(made.until)}，{'、'.join(known) or '所有答复'}")
    return back("banners", "已设好，马上就显示。")


@routes.post("/banners/<name>/remove")
@publishers
def remove_banner(name: str) -> Response:
    """Take a banner away."""
    now = ahead.current(desk().data)
    ahead.save(desk().data, msgspec.structs.replace(now, banners=tuple(one for one in now.banners if one.id != name)))
    audit.note("撤下临时提示", name)
    return back("banners", "已撤下。")


@routes.get("/corrections")
def corrections() -> str:
    """更正。"""
    return _corrections("")


@routes.post("/corrections")
@publishers
def add_correction() -> Response | tuple[str, int]:
    """Tell those who got the wrong answer, in front of their next reply."""
    asked, text = _asked(request.form), request.form.get("text", "").strip()
    wrong = _text_wrong(text) or ("" if asked else "请先选哪条答复、第几版到第几版。")
    if wrong or not asked:
        audit.note("更正未成", text, wrong)
        return _corrections(wrong), 400
    entry, first, last = asked
    now = ahead.current(desk().data)
    made = ahead.Correction(id=secrets.token_hex(4), text=text, made=clock(), until=clock() + CORRECTED_FOR, first=first, last=last, entry=entry, who=whoever())
    ahead.save(desk().data, msgspec.structs.replace(now, corrections=(*_alive(now.corrections), made)))
    audit.note("更正", entry or "所有答复", f"第{first}至{last}版：{text}")
    return back("corrections", "已设好：收到过的人，下一次提问时会先看到更正。")


@routes.post("/corrections/<name>/remove")
@publishers
def remove_correction(name: str) -> Response:
    """Take a correction away."""
    now = ahead.current(desk().data)
    ahead.save(desk().data, msgspec.structs.replace(now, corrections=tuple(one for one in now.corrections if one.id != name)))
    audit.note("撤下更正", name)
    return back("corrections", "已撤下。")


def _banners(wrong: str) -> str:
    tomorrow = show.now() + dt.timedelta(days=1)
    return render_template("desk_banners.html", wrong=wrong, banners=_alive(ahead.current(desk().data).banners), texts=request.form, tomorrow=f"{tomorrow:%Y-%m-%dT18:00}", longest=ahead.LONGEST,
                           entries=_entries(), title=lambda one: trial.title(one, desk().current().newest()[0]), section="banners")


def _corrections(wrong: str) -> str:
    asked, found, group = _asked(request.values), None, ""
    if asked:
        try:
            found = journal.got(desk().memory.store, *asked)
        except StoreDown:
            wrong = wrong or "问答记录暂时读不出来，请稍后再试。"
        group = _group_text(asked[0])
    return render_template("desk_corrections.html", wrong=wrong, asked=asked, found=found, group=group, values=request.values, longest=ahead.LONGEST, entries=_entries(),
                           corrections=_alive(ahead.current(desk().data).corrections), versions=publish.history(drafts.kept())[:40], title=lambda one: trial.title(one, desk().current().newest()[0]) if one else "所有答复",
                           section="corrections")


def _group_text(entry: str) -> str:
    """What can be said in the groups: the right words, with their clause."""
    document = desk().current().newest()[0]
    found = document.entries.get(entry)
    if not found:
        return ""
    said = rendered("\n".join(filter(None, (found.answer, found.group, found.crew, found.more))), document)
    clause = document.label(found.clause)
    return f"【更正】此前关于“{trial.title(entry, document)}”的回复有误，请以此为准：\n{said}" + (f"\n依据：{clause}" if clause else "")


def _asked(form: object) -> tuple[str, int, int] | None:
    """Entry ("" for all), and the first and last version in which it was wrong."""
    given = [form.get(name, "") for name in ("first", "last")]
    if not all(one.isascii() and one.isdigit() and len(one) < 9 for one in given) or int(given[0]) > int(given[1]):
        return None
    entry = _entry(form.get("entry", "")) if form.get("entry", "").strip() else ""
    return (entry, int(given[0]), int(given[1])) if entry is not None else None


def _entry(given: str) -> str | None:
    """The id of the entry that was picked by title or id."""
    document = desk().current().newest()[0]
    if given in document.entries:
        return given
    return next((key for key in document.entries if trial.title(key, document) == given.strip()), None)


def _entries() -> list[tuple[str, str]]:
    document = desk().current().newest()[0]
    return [(key, trial.title(key, document)) for key in document.entries if key in drafts.document().entries]


def _text_wrong(text: str) -> str:
    if not text:
        return "请写上要说的话。"
    return f"最多{ahead.LONGEST}字，现在{len(text)}字。" if len(text) > ahead.LONGEST else ""


def _moment(given: str) -> float | None:
    """2025-05-16T18:00 in Shanghai, as seconds."""
    try:
        return dt.datetime.fromisoformat(given.strip().replace(" ", "T").replace("：", ":")).replace(tzinfo=show.SHANGHAI).timestamp()
    except (ValueError, OverflowError):
        return None


def _alive(found: tuple) -> tuple:
    return tuple(one for one in found if one.until > clock())
