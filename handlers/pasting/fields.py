"""Reads the fields of a pasted form: labelled lines, a table with a header, or a bare row of a summary sheet."""

from __future__ import annotations

import re

import msgspec

from handlers.ask import Family
from handlers.pasting.phrasing import one_of
from handlers.pasting.remarks import value_alone
from handlers.pasting.wrapping import LABELS
from handlers.units import LEGAL_FORMS
from knowledge.model import Document, Kind

# Stems of the fields that are checked; all others only say where a value ends.
CHECKED = ("contributors", "title", "team_name", "company_name", "project_type", "benefit", "postcode", "mobile", "size")
# Labels in use besides the notice's own.
MORE_LABELS = {"contributors": ("主要完成人员", "完成人员", "完成人姓名"), "title": ("成果名", "课题名"), "team_name": ("小组名称", "班组名称"),
               "company_name": ("企业全称", "单位全称", "公司全称", "企业", "单位"), "mobile": ("手机号码", "手机号", "联系手机", "移动电话"),
               "postcode": ("邮政编码",), "benefit": ("经济效益(万元)", "经济效益（万元）")}
_STEMS = {Family.NAMES: "contributors", Family.TITLE: "title", Family.TEAM: "team_name", Family.COMPANY: "company_name"}
_FAMILIES = {stem: family for family, stem in _STEMS.items()}
CELLS_AT_MOST = 60  # cells of one row that are read
LABEL_AT_MOST = 40  # characters of a label with what stands in its brackets
_DROPPED = re.compile(r"[（(][^（）()]*[）)]")


class Field(msgspec.Struct, frozen=True):
    """One field as pasted: which it is, the kind of form its label belongs to, the label and the value."""

    stem: str
    kind: Kind | None
    label: str
    value: str


def read_rows(text: str, notice: Document) -> list[list[Field]]:
    """The checked fields of each pasted form or row; rows without any are left out."""
    rows = _table(text, notice) if "\t" in text else []
    return [row for row in rows or [_labelled(text, notice)] if row]


def labelled(text: str, notice: Document) -> list[Field]:
    """The fields that stand behind a label with a colon, a tab or a line's beginning."""
    return _labelled(text, notice)


_READERS: list[tuple[Document, tuple[re.Pattern, dict[str, tuple[str, Kind | None]]]]] = []  # of the last few notices


def _known(notice: Document) -> tuple[re.Pattern, dict[str, tuple[str, Kind | None]]]:
    """The pattern of all labels of a notice, and what each label stands for; made once for a notice."""
    for one, reader in _READERS:
        if one is notice:
            return reader
    reader = _reader(notice)
    _READERS[:] = [(notice, reader), *_READERS[:3]]
    return reader


def _reader(notice: Document) -> tuple[re.Pattern, dict[str, tuple[str, Kind | None]]]:
    known: dict[str, tuple[str, Kind | None]] = {}
    for word, stem, kind in _spelled(notice):
        if word in known and known[word][0] == stem and known[word][1] is not kind:
            known[word] = (stem, None)
        elif word not in known or (stem in CHECKED and known[word][0] not in CHECKED):
            known[word] = (stem, kind)
    words = one_of(known)
    label = rf"(?:^|(?<=[\s,，;；。、|｜\d.）)]))(?:\d{{1,2}}[.、．)]\s?)?({words})"
    end = r"(?:\s?[（(][^（）()\n]{0,20}[）)])?(?:\s?[:：][ \u3000\t]*|[ \u3000\t]+|\s?\n(?=.))"
    return re.compile(label + end, re.I | re.M), known


def _spelled(notice: Document):
    for name, field in notice.fields.items():
        stem, kind = stem_of(name)
        for word in {_DROPPED.sub("", field.label).strip(), *_DROPPED.findall(field.label), *field.words}:
            bare = word.strip("（）()")
            if len(bare) > 1 and (stem in CHECKED or bare == field.label):
                yield from {(bare, stem, kind), (bare.upper(), stem, kind)}
    for stem, words in MORE_LABELS.items():
        for word in words:
            yield word, stem, Kind.GROUP if word.startswith(("小组", "课题")) else Kind.CREW if word.startswith("班组") else None
    for family, stem in _STEMS.items():
        for word, kind in LABELS[family]:
            if len(word) > 2 and not word.endswith((":", "叫", "为")) and not word.startswith("申报"):
                yield from {(word, stem, kind), (word.upper(), stem, kind)}
                if stem == "contributors" and not word.startswith(("小组", "班组")):
                    yield from ((f"{one.label}{of}{word}", stem, one) for one in Kind for of in ("", "的"))


def stem_of(name: str) -> tuple[str, Kind | None]:
    """contributors_group → (contributors, GROUP)."""
    stem, _, last = name.rpartition("_")
    return (stem, Kind(last)) if last in tuple(Kind) and stem else (name, None)


def _labelled(text: str, notice: Document) -> list[Field]:
    pattern, known = _known(notice)
    hits = list(pattern.finditer(text))
    ends = [hit.start() for hit in hits[1:]] + [len(text)]
    found: dict[tuple[str, Kind | None], Field] = {}
    for hit, end in zip(hits, ends):
        stem, kind = known.get(hit.group(1)) or known[hit.group(1).upper()]
        value = text[hit.end():end].strip(" \u3000\t\n;；。|｜")
        value = value_alone(value.rstrip("，,、") if end < len(text) else value, _FAMILIES.get(stem, Family.FORM)) if value else value
        empty = not value and hit.group().rstrip().endswith((":", "："))  # a label with nothing behind its colon
        known_already = any(one.value for (other, of), one in found.items() if other == stem and (of is kind or None in (of, kind)))
        if stem in CHECKED and (value or empty) and not known_already:
            found[stem, kind] = Field(stem, kind, hit.group(1), value)
    return list(found.values()) if any(field.value for field in found.values()) else []


def _table(text: str, notice: Document) -> list[list[Field]]:
    """Rows with tabs: under a header of labels, else each cell by what it looks like."""
    _, known = _known(notice)
    rows = [[cell.strip() for cell in line.split("\t")[:CELLS_AT_MOST]] for line in text.split("\n") if line.strip()]
    for at, cells in enumerate(rows):
        header = [known.get(_DROPPED.sub("", cell)) if len(cell) <= LABEL_AT_MOST else None for cell in cells]
        if sum(map(bool, header)) >= 2 and len(rows) > at + 1 and sum(map(bool, header)) * 2 >= len([cell for cell in cells if cell]):
            return [_under(header, cells, row) for row in rows[at + 1:]]
    guessed = [_guessed(row) for row in rows if len(row) >= 3 and not _begins_with_label(row[0], notice)]
    return guessed if any(len(row) >= 2 for row in guessed) and not _labelled(text, notice)[1:] else []


def _begins_with_label(cell: str, notice: Document) -> bool:
    """班组主要完成人：姚 is a labelled line in which a tab stands, no cell of a sheet."""
    hit = _known(notice)[0].match(cell)
    return bool(hit) and hit.group().rstrip().endswith((":", "："))


def _under(header: list, labels: list[str], row: list[str]) -> list[Field]:
    return [Field(known[0], known[1], _DROPPED.sub("", label), cell) for known, label, cell in zip(header, labels, row)
            if known and known[0] in CHECKED] if any(row) else []


def _guessed(row: list[str]) -> list[Field]:
    """The cells of a row of 附件4 or 附件5 without its header: company, postcode, mobile, team, title, type."""
    found: dict[str, Field] = {}
    for cell in row:
        stem, label = _guess(cell)
        if stem and stem not in found:
            found[stem] = Field(stem, None, label, cell)
    return list(found.values())


def _guess(cell: str) -> tuple[str, str]:
    if re.fullmatch(r"1\d{10}", cell):
        return "mobile", "手机"
    if re.fullmatch(r"\d{6}", cell):
        return "postcode", "邮编"
    if cell.endswith((*LEGAL_FORMS, "厂", "集团")) and len(cell) > 4:
        return "company_name", "企业名称"
    if re.search(r"(?:小组|班|组|工段|室|QC)$", cell, re.I) and 2 <= len(cell) <= 40:
        return "team_name", "小组名称" if cell.endswith("小组") else "班组名称"
    if re.fullmatch(r"\S{2,6}型", cell):
        return "project_type", "课题类型"
    if len(re.split(r"[,，、]", cell)) >= 3 and all(len(part) <= 5 for part in re.split(r"[,，、]", cell)):
        return "contributors", "主要完成人"
    return ("title", "成果名称") if len(cell) >= 8 and not re.search(r"\d+号|[省市区县路街道]", cell) else ("", "")
