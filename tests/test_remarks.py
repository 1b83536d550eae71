"""Pasted material with talk around it: remarks in front, behind and between, corrections over several turns, and questions that hold none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from handlers import pipeline
from handlers.answer import Severity
from handlers.ask import Family
from handlers.conversation import Conversation
from handlers.pasting.listing import read_listing
from handlers.pasting.pasted import CHECKS
from handlers.title import tidy
from knowledge.snapshot import packaged

# Family, verdict (one of several), the value as read (people parted by commas; - for a form), the turns parted by //.
ROWS = [line.split("\t") for line in (Path(__file__).parent / "cases" / "remarks.tsv").read_text(encoding="utf-8").splitlines()]
NOW = dt.datetime(2025, 4, 20, 10, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def last_answer(turns: str):
    conversation = Conversation()
    for turn in turns.split(" // "):
        answer, conversation = pipeline.reply(turn.replace("\\n", "\n"), conversation, packaged(), NOW)
    return answer


@pytest.mark.parametrize("family,verdicts,value,turns", [row for row in ROWS if row[0] != "-"])
def test_only_the_value_is_checked(family, verdicts, value, turns):
    answer = last_answer(turns)
    checked = answer.ask.parts[0] if answer.ask.family is Family.MULTI else answer.ask  # a question beside it is answered, too
    assert checked.family == family and answer.verdict in [Severity[one.upper()] for one in verdicts.split("/")], answer.text
    material = checked.material
    if family != Family.FORM:
        assert (",".join(read_listing(material).names) if family == Family.NAMES else tidy(material)) == value


@pytest.mark.parametrize("turns", [row[3] for row in ROWS if row[0] == "-"])
def test_a_question_about_a_rule_holds_no_value(turns):
    assert last_answer(turns).ask.family not in CHECKS


@pytest.mark.parametrize("said", ["公章是宁海氯碱化工有限公司", "公章上刻的是“宁海氯碱化工有限公司”", "我们章上就是宁海氯碱化工有限公司的"])
def test_what_the_asker_says_of_the_seal_decides(said):
    wrong, right = last_answer(f"{said}，企业名称填“宁海氯碱有限公司”对吗"), last_answer(f"{said}，企业名称填“宁海氯碱化工有限公司”对吗")
    assert wrong.verdict is Severity.FAIL and wrong.text.split("\n")[-1] == "宁海氯碱化工有限公司"
    assert right.verdict is Severity.PASS
