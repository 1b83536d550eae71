"""Next year's notice entered through the desk alone: its forms and its workbook, no code, no restart; then WeChat's replies follow.

The notice is the made-up one of 2026 in which everything differs. In order: begun, attachments renumbered, values typed,
the rest from Excel, golden questions mended, confirmed, published; every test looks at what that left behind.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import time
from decimal import ROUND_HALF_UP

import msgspec
import pytest

pytest.importorskip("openpyxl", reason="openpyxl is not installed")
import desk_client as staff
from made_up_2026 import ATTACHMENTS, BANDS, CONTACTS, DATES, NUMBERS, TEXTS, drafted, old_values
from openpyxl import load_workbook

import wechat_client as wechat
from knowledge import draft, publish, snapshot, store
from knowledge.differences import TEMPLATES, complete, rendered
from knowledge.model import Kind, Window

OLD = snapshot.packaged_documents()[-1]
MADE = drafted(OLD)  # the same notice, made by code: what the desk has to arrive at
GONE = old_values(OLD, MADE)
NUMERAL = re.compile(r"[\d一二三四五六七八九十两]|去年|往年|上年|[大劳]")  # a question that itself names a value may have it echoed
SEEN_WITHIN = 3  # seconds
SECTIONS = ("notice", "facts", "bands", "attachments", "title_rule", "fields", "statistics", "sections", "outlines", "rulings", "entries", "clauses")
MENDED = {  # golden questions whose sums, lists and days a person works out anew
    "quota_group_9": {"must": "小组可报2个"}, "quota_group_10": {"must": "小组可报2个"}, "quota_group_199": {"must": "小组可报14个"},
    "quota_group_200": {"must": "小组可报14个"}, "quota_group_499": {"must": "小组可报37个"}, "quota_group_500": {"must": "小组可报38个"},
    "quota_group_650": {"must": "小组可报49个"}, "quota_crew_9": {"must": "班组可报2个"}, "quota_crew_10": {"must": "班组可报2个"},
    "quota_working": {"must": "320×7.5%=24"}, "quota_both": {"must": "小组可报24个\n班组可报5个"}, "quota_backwards": {"must": "36个"},
    "on_last_day": {"on": "2026-05-26"}, "on_day_after": {"on": "2026-05-27"},
    "names_many": {"turns": "小组主要完成人：张伟，李强，王芳，刘洋，陈静，杨帆，赵磊，黄敏，周涛，吴琼，徐丽，孙浩，马超"},
    "title_long": {"turns": "检查班组成果名称：运用精益管理和六西格玛相结合的方法持续提高聚乙烯产品生产全过程一次合格率的实践"},
    "team_ending_2": {"turns": "检查班组名称：检修工段", "verdict": "⚠️"},
}


class Office:
    """An app, a member of staff who may publish, and WeChat; and what was seen on the way."""

    def __init__(self, folder) -> None:
        self.app = staff.made(folder, **wechat.PLAIN)
        self.app.extensions["desk"].current()
        self.client = staff.sign_in(self.app)
        self.wechat = wechat.WeChat(wechat.through_flask(self.app.test_client()))
        self.askers = iter(range(10**6))
        self.before: dict[str, str] = {}

    def save(self, path: str, **changes: str) -> None:
        """The form of a page, some boxes typed anew, saved."""
        answer = staff.post(self.client, path, staff.form(self.client, path) | changes | {"action": "save"})
        assert answer.status_code == 303, said(answer)

    def ask(self, question: str, day: dt.date) -> str:
        moment = dt.datetime.combine(day, dt.time(10), dt.timezone(dt.timedelta(hours=8)))
        return self.wechat.ask(question, openid=f"oOffice{next(self.askers):021d}", created=int(moment.timestamp()))

    @property
    def document(self):
        kept = store.open_store(self.app.extensions["desk"].data)
        number = store.in_force(kept).get(2026)
        return publish.document(kept, number.number) if number else draft.open_draft(kept, 2026).document


def said(answer) -> str:
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", answer.text))


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        staff.quick_hashes(patch)
        made = Office(tmp_path_factory.mktemp("office"))
        begin(made)
        attachments(made)
        values(made)
        workbook(made)
        golden_questions(made)
        made.before = {question: made.ask(question, dt.date(2026, 3, 2)) for question in ("2026年什么时候申报", "2026年小组主要完成人最多几个", "什么时候截止")}
        confirm(made)
        made.published = staff.post(made.client, "/desk/publish", {"why": "2026年新通知", "revision": revision(made)})
        assert made.published.status_code == 303, said(made.published)
        until = time.monotonic() + SEEN_WITHIN
        while "5月26日" not in made.ask("什么时候截止", DAY) and time.monotonic() < until:
            time.sleep(0.05)
        yield made


DAY = dt.date(2026, 4, 25)


# -- what staff do

def begin(office: Office) -> None:
    assert "逐项" not in office.client.get("/desk").text
    assert staff.post(office.client, "/desk/new-notice", {"year": "2026"}).status_code == 303


def attachments(office: Office) -> None:
    """Every attachment under another number: one table, saved once."""
    form = staff.form(office.client, "/desk/table/attachments")
    numbers = {f"{row}.number": str(ATTACHMENTS[int(form[f"{row}.number"])]) for row in range(len(OLD.attachments))}
    office.save("/desk/table/attachments", **numbers)


def values(office: Office) -> None:
    """Dates and contacts one by one, limits and bands as tables."""
    for name, value in DATES.items():
        shape = "%Y-%m" if name == "statistics_period" else "%Y-%m-%d"
        typed = {f"value.{end}": getattr(value, end).strftime(shape) for end in ("opens", "closes")} if isinstance(value, Window) else {"value": value.isoformat()}
        office.save(f"/desk/part/facts.{name}", **typed)
    for name, value in CONTACTS.items():
        office.save(f"/desk/part/facts.{name}", value=value)
    form = staff.form(office.client, "/desk/table/limits")
    rows = {form[name]: name.removesuffix(".key") for name in form if name.endswith(".key")}
    office.save("/desk/table/limits", **{f"{rows[name]}.value": str(value) for name, value in NUMBERS.items()})
    typed = {f"{row}.{cell}": "" if (value := getattr(band, cell)) is None else str(value)
             for row, band in enumerate(BANDS) for cell in ("kind", "at_least", "below", "rate", "fixed", "label")}
    typed |= {f"{row}.clause": office.document.label(band.clause) for row, band in enumerate(BANDS)}
    office.save("/desk/table/bands", **typed, **{f"{row}.gone": "1" for row in range(len(BANDS), len(OLD.bands))})


def workbook(office: Office) -> None:
    """Texts, clauses and form fields in Excel: exported, changed, checked, taken."""
    book = load_workbook(io.BytesIO(office.client.get("/desk/excel/export").data))
    for name, value in TEXTS.items():
        cell(book["数值"], name, "数值").value = "\n".join(value) if isinstance(value, tuple) else value
    for name, clause in MADE.clauses.items():
        cell(book["条款"], name, "文字").value = clause.text
    fields = book["栏目"]
    for name in MADE.fields.keys() & OLD.fields.keys():
        cell(fields, name, "名称").value, cell(fields, name, "规则").value = MADE.fields[name].label, MADE.fields[name].rule or None
    fields.append([one.value for one in fields[row_of(fields, "mobile")]])
    fields.cell(fields.max_row, 1).value = "credit_code"
    for head, text in {"名称": "统一社会信用代码", "规则": None, "说法": "信用代码\n税号", "问法": None}.items():
        cell(fields, "credit_code", head).value = text
    fields.delete_rows(row_of(fields, "postcode"))
    out = io.BytesIO()
    book.save(out)
    token = staff.token(office.client.get("/desk/me").text)
    checked = office.client.post("/desk/excel/check", data={"csrf": token, "file": (io.BytesIO(out.getvalue()), "2026.xlsx")}, headers={"Sec-Fetch-Site": "same-origin"}, content_type="multipart/form-data")
    assert checked.status_code == 200, said(checked)
    taken = staff.post(office.client, "/desk/excel/take", {name: re.search(rf'name="{name}" value="([^"]*)"', checked.text)[1] for name in ("name", "revision")})
    assert taken.status_code == 303 and taken.headers["Location"].endswith("/publish"), said(office.client.get("/desk/excel"))


def row_of(sheet, key: str) -> int:
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == key)


def cell(sheet, key: str, head: str):
    return sheet.cell(row_of(sheet, key), next(one.column for one in sheet[1] if one.value == head))


def golden_questions(office: Office) -> None:
    """Old values for new ones in one step; what was worked out from values, by hand; one question for what is new."""
    assert "把这些题里的旧数值换成新的" in office.client.get("/desk/cases").text
    assert staff.post(office.client, "/desk/cases-carry").status_code == 303
    for name, changes in MENDED.items():
        office.save(f"/desk/cases/{name}", **changes)
    for name in [name for name, one in office.document.cases.items() if one.entry == "field_postcode"]:
        assert staff.post(office.client, f"/desk/cases/{name}/delete", staff.form(office.client, f"/desk/cases/{name}")).status_code == 303
    office.save("/desk/cases/new", turns="统一社会信用代码填什么", entry="field_credit_code", must="统一社会信用代码")


def confirm(office: Office) -> None:
    """A short section by its ticks, a long one as a whole; an editor's tick is needed."""
    refused = staff.post(office.client, "/desk/new-notice/confirm-section", {"section": "entries"}, follow_redirects=True)
    assert "没有确认" in said(refused) and len(office.document.unconfirmed) > len(OLD.entries)
    assert "还没有确认" in said(office.client.get("/desk/publish"))
    ticked = [f"outlines.{name}" for name in OLD.outlines]
    assert staff.post(office.client, "/desk/new-notice/confirm", {"path": ticked}).status_code == 303
    for section in {path.split(".")[0] for path in office.document.unconfirmed}:
        assert "已全部确认" in said(staff.post(office.client, "/desk/new-notice/confirm-section", {"section": section, "all_looked_at": "1"}, follow_redirects=True))


def revision(office: Office) -> str:
    page = office.client.get("/desk/publish")
    found = staff.fields(page.text).get("revision")
    assert found, said(page)
    return found if isinstance(found, str) else found[0]


# -- what is there afterwards

@pytest.mark.parametrize("section", SECTIONS)
def test_what_was_entered_is_the_made_up_notice(office, section):
    entered, made = (getattr(document, section) for document in (office.document, MADE))
    if isinstance(made, dict):
        assert {name: (entered.get(name), one) for name, one in made.items() if entered.get(name) != one} == {} and entered.keys() == made.keys()
    else:
        assert entered == made


def test_a_year_was_published_beside_the_old_one_and_the_log_says_by_whom(office):
    kept = store.open_store(office.app.extensions["desk"].data)
    assert set(store.in_force(kept)) == {2025, 2026} and publish.document(kept, store.in_force(kept)[2025].number) == OLD
    log = said(office.client.get("/desk/audit"))
    for what in ("新建通知", "导入", "回归题换成新数值", "确认", "发布"):
        assert what in log


def test_before_it_is_in_force_what_is_known_is_said_and_that_it_is_not_there_yet(office):
    assert "新通知尚未发布" in office.before["2026年什么时候申报"] and "2025年12月31日" in office.before["2026年什么时候申报"]
    assert not [one for one in office.before.values() if re.search("2026年[45]月|12人", one)]


@pytest.mark.parametrize(("text", "words"), [
    ("2026年什么时候申报", "按2026年的通知"), ("什么时候截止", "2026年的新通知尚未发布"),
])
def test_until_the_day_it_was_issued_the_old_one_answers(office, text, words):
    """Published early, it still speaks from the day on which it was issued."""
    answer = office.ask(text, DATES["issued"] - dt.timedelta(3))
    assert words in answer, answer


@pytest.mark.parametrize(("text", "words"), [
    ("什么时候截止", "2026年5月26日"), ("小组主要完成人最多几个", "12人"), ("班组主要完成人最多几个", "17人"), ("电话多少", "021-55501234"), ("小组申报表是附件几", "附件3"), ("附件9是什么", "小组成果报告书"),
    ("成果什么时候完成的才能报", "2025年6月3日"), ("明年的备案什么时候截止", "2026年11月27日"), ("统一社会信用代码怎么填", "统一社会信用代码"), ("网址是什么", "https://new.example.org/"),
    ("2027年什么时候申报", "2027年的新通知尚未发布"), ("今年有什么变化", "申报时间：2025年4月15日至2025年5月15日 → 2026年4月21日至2026年5月26日"), ("邮箱", "qc2026@example.org"), ("QQ群", "887766551"),
    ("通知文号", "中石化联质发(2026)51号"), ("课题类型有哪些", "攻坚型、服务型、创新型"), ("2026年什么时候截止", "2026年5月26日"),
])
def test_answers_follow(office, text, words):
    assert words in office.ask(text, DAY)


@pytest.mark.parametrize(("text", "words"), [
    ("2025年什么时候截止", "2025年5月15日"), ("2025年小组主要完成人最多几个", "10人"), ("去年通知的申报截止时间", "2025年5月15日"),
])
def test_the_old_year_is_still_answered_from_the_old_notice(office, text, words):
    answer = office.ask(text, DAY)
    assert words in answer and "按2025年的通知" in answer


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("count", [1, 11, 12, 19, 20, 21, 50, 150, 299, 300, 301, 407, 900])
def test_sums_follow(office, kind, count):
    band = next(one for one in BANDS if one.kind is kind and count >= one.at_least and (one.below is None or count < one.below))
    quota = band.fixed or int((count * band.rate / 100).to_integral_value(ROUND_HALF_UP))
    answer = office.ask(f"{kind.label}备案通过{count}个，能报几个", DAY)
    assert answer.startswith(f"{kind.label}可报{quota}个。") and old_in(answer) == []


NAMES = "张伟 李强 王芳 刘洋 陈静 杨帆 赵磊 黄敏 周涛 吴琼 徐丽 孙浩 马超 朱军 胡斌 郭明 何平 高峰".split()


@pytest.mark.parametrize(("text", "sign"), [
    (f"小组主要完成人：{'，'.join(NAMES[:12])}", "✅"), (f"小组主要完成人：{'，'.join(NAMES[:13])}", "❌"), (f"班组主要完成人：{'，'.join(NAMES[:17])}", "✅"), (f"班组主要完成人：{'，'.join(NAMES)}", "❌"),
    ("检查班组名称：聚合甲班", "✅"), ("检查班组名称：合成氨一站", "✅"), ("检查班组名称：检修工段", "⚠️"),
    ("检查班组成果名称：运用" + "精" * 30 + "的实践", "✅"), ("检查班组成果名称：运用" + "精" * 40 + "的实践", "❌"),
])
def test_checks_follow(office, text, sign):
    assert office.ask(text, DAY).startswith(sign)


def test_no_reply_of_the_webhook_holds_a_value_of_2025(office):
    """Four phrasings of every answer, asked over signed HTTP."""
    wrong, asked = {}, 0
    for entry in complete(office.document).entries.values():
        for question in [one for one in entry.phrasings if not NUMERAL.search(one)][:4]:
            answer, asked = office.ask(question, DAY), asked + 1
            if "相比" not in answer and old_in(answer):
                wrong[question] = old_in(answer)
    assert wrong == {} and asked > 800


def test_no_answer_holds_a_value_of_2025(office):
    whole = complete(office.document)
    shown = {f"{name}.{field}": rendered(getattr(entry, field), whole) for name, entry in whole.entries.items() for field in TEMPLATES}
    assert {place: old_in(text) for place, text in shown.items() if old_in(text)} == {}


def old_in(text: str) -> list[str]:
    return [one for one in GONE if re.search(rf"(?<![\d.]){re.escape(one)}(?!\d)", text)]


# -- the parts of the desk that make it bearable

def test_attachments_that_change_places_take_all_that_names_them_along(office):
    assert msgspec.structs.asdict(office.document.entries["annex_form"])["group"] == "小组申报表是{annex3}。" and office.document.clauses["a2_note_2"].label == "附件3 注2"
