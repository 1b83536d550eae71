"""What every check of pasted material shares: findings → sentences → verdict → reply, the corrected text ready to copy."""

from __future__ import annotations

import msgspec

from handlers.answer import Answer, Finding, Outcome, Severity
from handlers.ask import Family
from knowledge.model import Document, Kind

MATERIAL_AT_MOST = 8_000  # characters that a checker reads of one paste
COPY_AT_MOST = 900  # bytes of a corrected text that still fits beside its verdict
SHOWN = 6  # findings listed in full; the rest is counted
ECHO = 24  # characters of an asker's text echoed in a finding

_RANK = {Severity.PASS: 0, Severity.WARN: 1, Severity.FAIL: 2}
_HEADS = {
    Severity.PASS: "✅ {subject}没有问题",
    Severity.WARN: "⚠️ {subject}请再核对",
    Severity.FAIL: "❌ {subject}需要修改",
}

# Finding code → what the asker reads. {found} is the place or text concerned.
SENTENCES = {
    # 主要完成人
    "too_many": "{found}",
    "kind_unsaid": "{found}",
    "separator": "两个姓名之间要用逗号隔开，现在用了{found}",
    "no_separator": "两个姓名之间要用逗号隔开，{found}像是几个姓名连在一起",
    "blank": "姓名中间不能出现空格：{found}",
    "hidden": "姓名中间有看不见的字符（也算空格），已去掉：{found}",
    "blank_by_comma": "逗号前后的空格已去掉，姓名之间只留逗号即可",
    "empty_item": "多了一个分隔符，请核对是否漏填姓名：{found}",
    "other_columns": "只填姓名，表格的其他栏不要贴进来",
    "numbering": "只填姓名，请去掉序号：{found}",
    "brackets": "只填姓名，请去掉括号里的内容：{found}",
    "duty": "只填姓名，请去掉职务：{found}",
    "beside": "只填姓名，请去掉其他内容：{found}",
    "and_others": "请逐个写出姓名，不要用{found}",
    "repeated": "姓名重复出现，请核对是否写重：{found}",
    "digits": "姓名里有数字，请核对：{found}",
    "latin": "姓名里有字母，请与证件核对：{found}",
    "symbol": "姓名里有其他符号，请核对：{found}",
    "one_character": "只有一个字，请核对姓名是否写全：{found}",
    "not_a_name": "不像一个姓名，请核对：{found}",
    "dot": "间隔点建议统一写作“·”：{found}",
    "no_names": "没有读到姓名",
    # 成果名称
    "too_long": "{found}",
    "maybe_too_long": "{found}",
    "verb": "开头缺{found}",
    "verb_near": "开头的{found}",
    "closer": "结尾缺{found}",
    "closer_near": "结尾的{found}",
    "middle": "中间缺{found}",
    "formula_is_crews": "{found}",
    "line_break": "名称里有换行，请写成一行",
    "markup": "名称里有不该有的符号或网址：{found}",
    "placeholder": "像是占位的文字，还没填真正的名称：{found}",
    "is_team_name": "像是小组或班组的名称，不像成果名称：{found}",
    "nothing": "没有读到内容",
    # 班组名称、小组名称、企业名称
    "class_and_group": "要对“班”和“组”加以区分，不能写“班组”，请按正式名称写成{found}",
    "ending": "{found}",
    "parent_body": "不要挂上级部门：{found}",
    "maybe_parent_body": "{found}像是上级部门，班组、小组名称前不要挂上级部门，请核对",
    "is_group_name": "{found}像是小组名称，班组名称要以正式组织单元名称为准",
    "name_missing": "{found}，请写小组自己的名称",
    "abbreviation": "{found}像是简称，企业名称以公章为准，请写公章上的全称",
    "department": "企业名称以公章为准，后面不要带部门：{found}",
    "two_companies": "像是两个单位连写，企业名称以公章为准，前面不要挂上级部门：{found}",
    "not_the_seal": "与您说的公章不一致，公章上是{found}，企业名称以公章为准",
    "above_in_front": "前面是您说的上级单位{found}，企业名称不要挂上级部门，请核对公章上有没有这几个字",
    "several_companies": "只填一个企业名称，以公章为准：{found}",
    "blank_in_company": "公章上的名称中间没有空格，请核对：{found}",
    "not_chinese": "请写公章上的中文全称：{found}",
    # 申报表栏目
    "not_filled_in": "没有填写，请补上",
    "project_type": "{found}",
    "not_a_number": "只填数字，单位是{found}",
    "unit": "这一栏的单位是{found}",
    "postcode": "邮编一般是六位数字，请核对：{found}",
    "mobile": "手机一般是十一位数字，请核对：{found}",
    "size": "{found}",
    # 报告书
    "step_missing": "缺少：{found}",
    "step_extra": "不在其中：{found}",
    "step_order": "顺序不同：{found}",
    "section_long": "{found}",
    "section_maybe_long": "{found}",
}


class Check(msgspec.Struct, frozen=True):
    """What one checker found in one piece of material. ``corrected`` is the whole text as it should read, or empty."""

    subject: str  # 主要完成人（小组）
    findings: tuple[Finding, ...] = ()
    corrected: str = ""
    passed: str = ""  # what is right, for a ✅
    summary: str = ""  # said in the verdict line whatever the verdict: 共3人
    remark: str = ""
    lead: str = "改好的（长按复制）："  # said above the corrected text
    clause: str = ""  # of the rule as a whole

    @property
    def verdict(self) -> Severity:
        """The worst severity among the findings; PASS without any."""
        return max((one.severity for one in self.findings), key=_RANK.__getitem__, default=Severity.PASS)

    def codes(self) -> set[str]:
        return {one.code for one in self.findings}


def sentence(finding: Finding, notice: Document) -> str:
    """One finding in the asker's words, with its clause."""
    words = SENTENCES[finding.code].replace("{found}", finding.found)
    return f"{words}（{notice.label(finding.clause)}）" if finding.clause else words


def quote(text: str, at_most: int = ECHO) -> str:
    """The asker's own text in quotation marks, cut where it is long."""
    shown = " ".join(text.split("\n"))
    return f"“{shown[:at_most]}…”" if len(shown) > at_most else f"“{shown}”"


def quotes(texts: list[str], at_most: int = 4) -> str:
    """Several texts of the asker's, the first few of them."""
    shown = "、".join(quote(text, 12) for text in texts[:at_most])
    return f"{shown}等{len(texts)}处" if len(texts) > at_most else shown


def lines(check: Check, notice: Document) -> list[str]:
    """The findings of a check as lines, the worst first, the rest counted."""
    ordered = sorted(check.findings, key=lambda one: -_RANK[one.severity])
    shown = [f"• {sentence(one, notice)}" for one in ordered[:SHOWN]]
    return shown + ([f"• 另有{len(ordered) - SHOWN}处"] if len(ordered) > SHOWN else [])


def head(check: Check, notice: Document) -> str:
    """The verdict line."""
    line = _HEADS[check.verdict].format(subject=check.subject)
    said = check.passed if check.verdict is Severity.PASS else check.summary
    clause = f"（{notice.label(check.clause)}）" if check.verdict is Severity.PASS and check.clause else ""
    return f"{line}：{said}{clause}" if said else f"{line}{clause}"


def copyable(corrected: str, lead: str) -> list[str]:
    """The corrected text alone on its lines, unless it is too long to stand beside its verdict."""
    if not corrected:
        return []
    return [lead, corrected] if len(corrected.encode()) <= COPY_AT_MOST else ["内容较长，请按上面所列逐处修改后再发我检查。"]


def reply(check: Check, notice: Document, family: Family) -> Answer:
    """Verdict first, then the findings with place and clause, then the corrected text to copy."""
    text = [head(check, notice), *lines(check, notice), *copyable(check.corrected, check.lead), *([check.remark] if check.remark else [])]
    clauses = tuple(dict.fromkeys(notice.label(one.clause) for one in check.findings if one.clause))
    if not clauses and check.clause:
        clauses = (notice.label(check.clause),)
    return Answer("\n".join(text), family, Outcome.CHECKED, clauses=clauses, verdict=check.verdict)


def please_paste(what: str, family: Family, example: str = "") -> Answer:
    """Asks for the material; the next message is taken for it."""
    hint = f"，例如：{example}" if example else "。"
    return Answer(f"请粘贴要检查的{what}{hint}", family, Outcome.MENU, expects=str(family))


def kinds_said(kind: Kind | None) -> str:
    return f"（{kind.label}）" if kind else ""


def clause_of(notice: Document, stem: str, kind: Kind | None) -> str:
    """The clause of a form's field, that of 附件2 and 附件3 for either kind."""
    if kind is None:
        return clause_of(notice, stem, Kind.GROUP)
    named = notice.fields.get(f"{stem}_{kind}") or notice.fields.get(stem)
    return named.clause if named else ""
