"""TOML files ⇄ Document: what is not of the promised shape is refused in one sentence with file, line and field."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, get_args, get_origin, get_type_hints

import msgspec
import tomli_w

from knowledge.model import Document, Fact, FactType, Record, Window

VALUES = {FactType.TEXT: str, FactType.DATE: dt.date, FactType.WINDOW: Window, FactType.MONTHS: Window,
          FactType.NUMBER: int, FactType.LIST: tuple[str, ...], FactType.CONTACT: str}
SECTIONS = get_type_hints(Document, include_extras=True)
KINDS = {"str": "文字", "int": "整数", "float": "小数", "decimal": "小数", "bool": "真假值", "date": "日期",
         "datetime": "日期加时刻", "time": "时刻", "array": "列表", "object": "表", "null": "空"}
SENTENCES = (
    (r"unknown field `(.+?)`", "不认识的项 {0}，请核对拼写"), (r"Invalid enum value (.+)", "不能写成 {0}"),
    (r"missing required field `(.+?)`", "缺少必填的项 {0}"),
    (r"Expected `(.+?)`, got `(.+?)`", "应为{0}，写成了{1}"),
    (r"Invalid decimal", "应为小数"), (r"Invalid RFC3339|Invalid date", "不是日期，应为存在的某一天，写成 年-月-日"),
    (r"Cannot overwrite", "同一项写了两次"), (r"Cannot declare", "同一段写了两次"),
    (r"Expected newline", "值的后面有多余的字"),
    (r"Expected '=' after|Expected ']", "缺少等号或括号"),
    (r"Illegal character|Unterminated|Expected ['\"].?['\"]+$", "引号没有配对，或有不允许的字符"),
    (r"Invalid value|Invalid initial", "值的写法不对，文字要加引号"), (r"Unclosed", "括号没有配对"),
    (r"matching regex", "编号只能用小写英文字母、数字和下划线，以字母开头"),
)


class KnowledgeError(ValueError):
    """A notice file is not as promised; the message is one Chinese sentence for whoever edits it."""


class Source(NamedTuple):
    """One TOML file: its name, its text and what it holds."""

    name: str
    text: str
    tables: dict[str, Any]


class Place(NamedTuple):
    """Where something stands: the section, and the id or position of the record in it."""

    source: Source
    section: str
    key: str | int | None = None

    def __str__(self) -> str:
        return self.section if self.key is None else f"{self.section}.{self.key}"


def load(path: Path | str) -> Document:
    """The notice in ``path``, its sibling ``<year>.entries.toml`` and the shared ``lexicon.toml``, if there.

    Raises KnowledgeError: unreadable or broken file, unknown or missing key, wrong type, an id used twice, a clause,
    fact, entry or attachment named that does not exist.
    """
    path = Path(path)
    others = (*sorted(path.parent.glob(f"{path.stem}.*.toml")), *(up / "lexicon.toml" for up in path.parents[:2]))
    return _document([_read(path), *(_read(other) for other in others if other.is_file())])


def loads(text: str, name: str = "通知") -> Document:
    """The notice in one TOML text; ``name`` stands for the file in the sentence of a KnowledgeError."""
    return _document([_parse(text, name)])


@lru_cache(maxsize=8)
def parsed(text: str, name: str = "已发布的通知") -> Document:
    """``loads``, remembered: a page and its form, and the gate, read one text several times over, and parsing is most of what they cost."""
    return loads(text, name)


def dump(document: Document) -> str:
    """``document`` as one TOML text without loss: ``loads(dump(document)) == document``."""
    plain = _plain(document)
    one_line = tomli_w.dumps(plain)
    return one_line if "\\r" in one_line else tomli_w.dumps(plain, multiline_strings=True)


def _plain(value: Any) -> Any:
    """Tables, lists, texts, numbers and dates; what has its default value is left out."""
    if isinstance(value, Record):
        pairs = [(field, getattr(value, field.name)) for field in msgspec.structs.fields(value)]
        return {field.name: _plain(item) for field, item in pairs if field.required or item not in (field.default, {})}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return msgspec.to_builtins(value, builtin_types=(dt.date,))


def _read(path: Path) -> Source:
    try:
        return _parse(path.read_text(encoding="utf-8-sig"), path.name)
    except OSError as error:
        raise KnowledgeError(f"{path.name}：打不开这个文件（{error.strerror}）。") from error
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{path.name}：不是 UTF-8 编码的文字，请另存为 UTF-8。") from error


def _parse(text: str, name: str) -> Source:
    try:
        return Source(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        said, _, at = str(error).rpartition(" (at ")
        line, column = (re.findall(r"\d+", at) or [text.count("\n") + 1, 1])[:2]
        raise KnowledgeError(f"{name} 第{line}行第{column}列：{_sentence(said)}。") from error


def _document(sources: list[Source]) -> Document:
    """All sources as one document: sections of the same name are joined, no id twice."""
    places: dict[tuple[str, Any], Place] = {}
    parts: dict[str, dict] = {section: {} for source in sources for section in source.tables}
    for place, record in (found for source in sources for found in _records(source)):
        if twice := places.get(place[1:]):
            _refuse(place, "", f"{twice.source.name} 第{_line(twice, '')}行已经有了")
        places[place[1:]], parts[place.section][place.key] = place, record
    for field in msgspec.structs.fields(Document):
        if field.required and field.name not in parts:
            raise KnowledgeError(f"{sources[0].name}：缺少 [{field.name}] 部分。")
    document = Document(**{section: _whole(section, rows) for section, rows in parts.items()})
    known = _known(document)
    for place in places.values():
        _check_references(place, parts[place.section][place.key], known)
    return document


def _whole(section: str, rows: dict) -> Any:
    shape = get_origin(SECTIONS[section])
    return rows if shape is dict else tuple(rows.values()) if shape is tuple else rows[None]


def _records(source: Source) -> Iterator[tuple[Place, Any]]:
    """Each record of a source, decoded, with its place."""
    for section, table in source.tables.items():
        if section not in SECTIONS:
            _refuse(Place(source, section), "", "不认识的部分，请核对拼写")
        shape, args = get_origin(SECTIONS[section]), get_args(SECTIONS[section])
        if shape and not isinstance(table, list if shape is tuple else dict):
            _refuse(Place(source, section), "", "应写成列表" if shape is tuple else f"应写成 [{section}.编号]")
        for key, row in table.items() if shape is dict else enumerate(table) if shape else [(None, table)]:
            place = Place(source, section, key)
            if shape is dict and not re.fullmatch("[a-z][a-z0-9_]*", key):
                _refuse(place, "", "编号只能用小写英文字母、数字和下划线，以字母开头")
            yield place, _decode(row, args[1] if shape is dict else args[0] if shape else SECTIONS[section], place)


def _decode(row: Any, shape: Any, place: Place) -> Any:
    try:
        if shape is not Fact:
            return msgspec.convert(row, shape)
        kind = row.get("type") if isinstance(row, dict) else None
        loose = msgspec.convert(row, _fact_shape(kind if kind in list(FactType) else FactType.TEXT))
        return Fact(**msgspec.structs.asdict(loose))
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$")
        inside, named = re.findall(r"\w+", path), re.search("field `(.+?)`", said)
        _refuse(place, ".".join(inside), _sentence(said), inside[0] if inside else named[1] if named else "")


@cache
def _fact_shape(kind: str) -> type[msgspec.Struct]:
    """Fact with the one type of value that ``kind`` allows (msgspec cannot tell a date from a text in a union)."""
    rows = [(field.name, VALUES[FactType(kind)] if field.name == "value" else field.type,
             *(() if field.required else (field.default,))) for field in msgspec.structs.fields(Fact)]
    return msgspec.defstruct("Fact", rows, forbid_unknown_fields=True, kw_only=True)


def _sentence(said: str) -> str:
    for pattern, sentence in SENTENCES:
        if found := re.search(pattern, said):
            words = ["或".join(KINDS.get(one, one) for one in part.split(" | ")) for part in found.groups()]
            return sentence.format(*words)
    return f"写法不对（{said}）"


def _known(document: Document) -> dict[str, Any]:
    """Field → what it may name."""
    stems = {re.sub("_(group|crew)$", "", fact) for fact in document.facts}
    numbers = {attachment.number for attachment in document.attachments}
    return {"clause": document.clauses, "window": document.facts, "against": stems | set(document.facts),
            "related": document.entries, "attachment": numbers, "attachments": numbers}


def _check_references(place: Place, record: Any, known: dict[str, Any]) -> None:
    """Clauses, facts, entries and attachments that a record names have to exist."""
    for field in [name for name in getattr(record, "__struct_fields__", ()) if name in known]:
        named = getattr(record, field)
        for one in named if isinstance(named, tuple) else [named] if named != "" else []:
            if one not in known[field]:
                _refuse(place, field, f"所指的 {one} 不存在")


def _refuse(place: Place, field: str, why: str, line_of: str = "") -> NoReturn:
    record = f"{place.section}第{place.key + 1}项" if isinstance(place.key, int) else str(place)
    about = f"{record} 的 {field}" if field else record
    raise KnowledgeError(f"{place.source.name} 第{_line(place, line_of or field)}行，{about}：{why}。")


def _line(place: Place, field: str) -> int:
    """The line of ``field`` in the record at ``place``; where it cannot be told, the record's first."""
    lines = place.source.text.splitlines()
    head = re.escape(place.section if isinstance(place.key, int) else str(place))
    starts = [n for n, line in enumerate(lines) if re.match(rf"\s*\[+\s*{head}\s*[.\]]|{head}\s*=", line)] or [0]
    start = starts[place.key if isinstance(place.key, int) and place.key < len(starts) else 0]
    for n, line in enumerate(lines[start + 1:] if field else (), start + 2):
        if re.match(rf"\s*{re.escape(field)}\s*=|\s*\[+\s*{head}\.{re.escape(field)}\s*\]", line):
            return n
        if re.match(rf"\s*\[(?!\[?\s*{head}\.)", line):
            break
    return start + 1
