"""The answers (答复): a list with search and filters, and each on a page with its preview."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import msgspec
from flask import Response, abort, render_template, request, url_for

from bot.desk import drafts, fields, show
from bot.desk.base import back, routes
from bot.desk.records import beside, place_of, settle, typed
from bot.render import page
from handlers import pipeline
from handlers.ask import Ask, Family
from knowledge import next_year, paths
from knowledge.model import Document, Entry, Kind
from knowledge.template import PLACEHOLDER, TemplateError, render, resolve

TOPICS: dict[str, str] = msgspec.toml.decode(Path(__file__).with_name("topics.toml").read_bytes())
MAIN = ("title", "topic", "answer", "group", "crew", "more", "clause", "phrasings", "forwardable", "stated")
A_PAGE = 60
LIMIT = 2048  # bytes of a WeChat reply
NEW = "new"


@routes.get("/entries")
def entries() -> str:
    """答复。"""
    document, args = drafts.document(), request.args
    found = [(name, one) for name, one in document.entries.items() if _fits(name, one, document)]
    number = int(args.get("page", "1")) if args.get("page", "1").isdigit() and len(args.get("page", "1")) < 5 else 1
    topics = sorted({one.topic for one in document.entries.values()}, key=lambda topic: TOPICS.get(topic, topic))
    kept = {key: args[key] for key in ("q", "topic", "stated", "kind", "forwardable") if args.get(key)}
    return render_template("desk_entries.html", found=found[(number - 1) * A_PAGE: number * A_PAGE], count=len(found), page=number, pages=-(-len(found) // A_PAGE),
                           topics=topics, names=TOPICS, kept=kept, changed=drafts.changed_paths(), waiting=set(document.unconfirmed), section="entries",
                           shown=lambda one: _shown(one.answer or one.group or one.crew, document), title=lambda one: _shown(one.title, document))


@routes.get("/entries/<name>")
def entry(name: str) -> str:
    """One answer's form and preview; ``new`` is an empty one."""
    record = _record(name)
    texts = fields.texts(record, fields.fields_of(Entry), drafts.document())
    if (added := request.args.get("add", "")[:200].strip()) and added not in record.phrasings:
        texts["phrasings"] = f"{texts['phrasings']}\n{added}".strip()
    return _form(name, texts, {}, drafts.mark(None if name == NEW else record))


@routes.post("/entries/<name>")
def change_entry(name: str) -> Response | str | tuple[str, int]:
    """Preview, put a fact in, or check, show what changes, and save."""
    document, shape = drafts.document(), fields.fields_of(Entry)
    if name != NEW:
        _record(name)
    texts = typed()
    if insert := request.form.get("insert"):
        field = next((one for one in ("answer", "group", "crew") if texts.get(one)), "answer")
        texts[field] = f"{texts.get(field, '')}{insert}"
        return _form(name, texts, {}, drafts.asked_seen())
    if request.form.get("action") in ("preview", "edit"):
        return _form(name, texts, {}, drafts.asked_seen())
    values, problems = fields.read(shape, request.form, document)
    path = f"entries.{_id(name, document)}"
    after = None
    if not problems:
        after, problems = _entry(values)
    problems = problems or _offered(beside(path, after), values, document)
    if problems:
        return _form(name, texts, problems, drafts.asked_seen()), 400

    def clash(theirs: Any) -> str:
        return _form(name, texts, {}, drafts.mark(theirs), theirs=fields.texts(theirs, shape, document) if theirs else {"title": "（已被别人删除）"})
    return settle(path, after, clash, url_for("desk.entry", name=path.partition(".")[2]))


@routes.post("/entries/<name>/delete")
def delete_entry(name: str) -> Response | str | tuple[str, int]:
    """Take an entry out of the draft, once what that changes was seen."""
    _record(name)
    if request.form.get("action") == "edit":
        return back("entry", name=name)
    return settle(f"entries.{name}", None, lambda theirs: _form(name, fields.texts(theirs, fields.fields_of(Entry), drafts.document()), {"": "别人刚改过这一条，没有删除。"}, drafts.mark(theirs)),
                  url_for("desk.entries"))


@routes.post("/entries/<name>/confirm")
def confirm_record(name: str) -> Response:
    """The value or answer taken over from last year is right as it stands (待确认 → 已确认)."""
    path = request.form.get("path", f"entries.{name}")
    document = drafts.document()
    if path not in document.unconfirmed:
        abort(404)
    drafts.save_whole(next_year.confirm(document, path), drafts.opened().revision, "确认", paths.label(document, path))
    return back("entry", "已确认。", name=name)


def _offered(problems: dict[str, str], values: dict[str, Any], document: Document) -> dict[str, str]:
    """The same, with the facts in which the digits that were typed by hand do stand."""
    for field in problems.keys() & {"title", *fields.ENTRY_TEMPLATES}:
        digits = re.findall(r"\d[\d年月日.%-]*", PLACEHOLDER.sub("", values[field]))
        fitting = [(len(shown), f"{placeholder}（{label}：{shown}）") for placeholder, label, shown in choices(document) if any(one in shown for one in digits)]
        found = [said for _, said in sorted(fitting)]  # the shortest is nearest to what was typed
        if digits and found:
            problems[field] += f"可以插入：{'、'.join(found[:3])}。"
    return problems


def _there(name: str, document: Document) -> bool:
    try:
        resolve(name, document)
    except TemplateError:
        return False
    return True


def _entry(values: dict[str, Any]) -> tuple[Entry | None, dict[str, str]]:
    try:
        return fields.record(Entry, values), {}
    except (TypeError, msgspec.ValidationError) as error:
        return None, {"": f"没有填全：{error}"}


def _id(name: str, document: Document) -> str:
    return drafts.free_id("own", document.entries) if name == NEW else name


def _record(name: str) -> Entry:
    if name != NEW:
        return drafts.document().entries.get(name) or abort(404)
    asked = request.args.get("phrasing", "")[:200]
    return Entry(topic=request.args.get("topic", "contact"), title=asked, phrasings=(asked,) if asked else (), stated=request.args.get("stated") != "0",
                 answer="" if request.args.get("stated") != "0" else "通知没有写。")


def _form(name: str, texts: dict[str, str], problems: dict[str, str], seen: str, theirs: dict[str, str] | None = None) -> str:
    document = drafts.document()
    every = {one.name: one for one in fields.fields_of(Entry)}
    day = _day(texts.get("day", ""))
    before, _ = _in_force(name)
    return render_template(
        "desk_entry.html", name=name, texts=texts, problems=problems, seen=seen, theirs=theirs, fields=every, advanced=[one for key, one in every.items() if key not in MAIN],
        day=day, previews=_previews(name, texts, document, day), choices=choices(document), topics=TOPICS, clauses=document.clauses, section="entries",
        published=before, limit=LIMIT, waiting=f"entries.{name}" in document.unconfirmed, uses=_uses(texts, document), place_of=place_of,
    )


def _in_force(name: str) -> tuple[str, Entry | None]:
    base = drafts.in_force()
    found = base.entries.get(name) if base else None
    return (_shown(found.answer or f"{found.group}\n{found.crew}", base) if found and base else ""), found


def _day(given: str) -> dt.date:
    try:
        return fields.day(given)
    except fields.WrongValue:
        return show.now().date()


def _previews(name: str, texts: dict[str, str], document: Document, day: dt.date) -> list[tuple[str, str, int]]:
    """Who asks, the reply they get, and its bytes; a sentence in place of a reply that can't be written."""
    values, _ = fields.read(fields.fields_of(Entry), texts, document)
    try:
        record = fields.record(Entry, values)
        trying = paths.put(document, f"entries.{name if name != NEW else 'new_one'}", record)
        found = []
        for label, kinds in (("没说小组还是班组", ()), ("小组问", (Kind.GROUP,)), ("班组问", (Kind.CREW,))):
            family = Family.TIME if record.window else Family(record.family)
            ask = Ask(family, entry=name if name != NEW else "new_one", topic=record.topic, kinds=kinds)
            reply = pipeline.HANDLERS[_handler(record, family)](ask, trying, day).text
            found.append((label, page(reply)[0], len(reply.encode())))
        same = len({text for _, text, _ in found}) == 1
        return [("", *found[0][1:])] if same else found
    except TemplateError as error:
        return [("", f"（写不出来：没有 {{{error}}}）", 0)]
    except Exception as error:  # a draft may be half-written: that is said, not thrown
        return [("", f"（还不能预览：{type(error).__name__}）", 0)]


def _handler(record: Entry, family: Family) -> Family:
    if not record.stated and family is Family.FACT:
        return Family.OUTSIDE
    return family


def choices(document: Document) -> list[tuple[str, str, str]]:
    """What can be put into an answer: the placeholder, its label, and how it shows now."""
    found = []
    for name, fact in document.facts.items():
        found.append((f"{{{name}}}", fact.label, paths.shown(fact.value, fact)[:30]))
        if hasattr(fact.value, "opens") and fact.type == "window":
            found += [(f"{{{name}.{end}}}", f"{fact.label}·{said}", resolve(f"{name}.{end}", document)) for end, said in (("opens", "开始"), ("closes", "截止"))]
        if isinstance(fact.value, tuple):
            found += [(f"{{{name}.lines}}", f"{fact.label}·逐行", f"{len(fact.value)}行"), (f"{{{name}.count}}", f"{fact.label}·个数", str(len(fact.value)))]
    found += [(f"{{annex{one.number}}}", f"附件{one.number}", one.short) for one in document.attachments]
    found += [("{bands.group}", "小组名额档（整表）", ""), ("{bands.crew}", "班组名额档（整表）", ""), ("{notice.year}", "本年", str(document.notice.year)), ("{next_year}", "明年", str(document.notice.year + 1)), ("{last_year}", "去年", str(document.notice.year - 1))]
    return found


def _uses(texts: dict[str, str], document: Document) -> list[tuple[str, str, str]]:
    """The placeholders of the answer, what they show now, and where that is changed."""
    found = {}
    for field in ("title", *fields.ENTRY_TEMPLATES):
        for name in PLACEHOLDER.findall(texts.get(field, "")):
            if name not in found and _there(name, document):
                head = name.partition(".")[0]
                found[name] = (f"{{{name}}}", resolve(name, document), place_of(f"facts.{head}") if head in document.facts else "")
    return list(found.values())


def _fits(name: str, one: Entry, document: Document) -> bool:
    args = request.args
    kinds = {"group": bool(one.group), "crew": bool(one.crew), "both": bool(one.answer)}
    if args.get("topic") and one.topic != args["topic"] or args.get("stated") and one.stated != (args["stated"] == "1"):
        return False
    if args.get("kind") in kinds and not kinds[args["kind"]] or args.get("forwardable") and one.forwardable != (args["forwardable"] == "1"):
        return False
    if args.get("waiting") and f"entries.{name}" not in document.unconfirmed:
        return False
    words = args.get("q", "").strip().lower().split()
    if not words:
        return True
    said = "\n".join((name, one.title, one.code, *one.phrasings, *(_shown(part, document) for part in (one.title, one.answer, one.group, one.crew, one.more)))).lower()
    return all(word in said for word in words)


def _shown(template: str, document: Document) -> str:
    try:
        return render(template, document)
    except TemplateError:
        return template
