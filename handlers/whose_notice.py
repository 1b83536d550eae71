"""Which year's notice answers: that of the day of the question, unless the asker names another year that is published."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from handlers.answer import Answer
from handlers.ask import Family
from knowledge.index import Index
from knowledge.model import Document
from knowledge.snapshot import Snapshot
from knowledge.template import render
from knowledge.text import NormalText

_YEAR = re.compile(r"(?<![\d./-])(?:(?P<full>20\d\d)年?+度?+|(?P<short>\d\d)年度?+|(?P<word>去年|上年|上一年|前年|明年|下一年)度?+)(?!\d|[./-]\d|\s?[\d一二三四五六七八九十]{1,2}\s?月|[底末初上下])")
_FROM_NOW = {"去年": -1, "上年": -1, "上一年": -1, "前年": -2, "明年": 1, "下一年": 1}
_OTHERWISE_MEANT = re.compile(r"备案|登记|注册|完(?!成人)|结|做|干|以后|之后|以前|之前|以来|修订|统计|有?\d+个|通过|今年|本年|相比|比|变化|不同")  # such a year is a value, not a notice
_OF_A_NOTICE = re.compile(r"的?(?:那[份个次届])?(?:通知|文件|要求|规定|申报(?!过|了)|评选|截止|名额怎|名额规)")  # 去年 … alone is too often a count of last year's
_NOTICE_ITSELF = re.compile(r"的?(?:那[份个次届])?的?(?:通知|文件|文号|红头)")


def notice_for(message: NormalText, snapshot: Snapshot, today: dt.date) -> tuple[Document, Index, NormalText]:
    """The notice, with its index, that a message of that day is about; and the message, without a 去年 that has led there."""
    chosen = snapshot.for_day(today)
    if len(snapshot.documents) > 1:
        for found in _YEAR.finditer(message.text):
            named = snapshot.for_year(_year(found, today))
            if named and named[0] is not chosen[0] and _means_notice(found, message.text):
                return *named, _without(found, message) if found["word"] else message
    return *chosen, message


def say_which(answer: Answer, message: NormalText, notice: Document, snapshot: Snapshot, today: dt.date) -> Answer:
    """The answer, with a word on whose it is where that isn't plain: another year's notice, one whose year is over, or not the one asked for."""
    of_the_day, _ = snapshot.for_day(today)
    if answer.family in (Family.FACT, Family.TIME) and (year := _not_here(message, snapshot, today)):
        said = render(f"这里没有收录{year}年的通知，要问那一年的请咨询{{phone1}}、{{phone2}}。", notice)
        return answer.but(text=f"{said}\n{notice.notice.year}年的通知：\n{answer.text}")
    if notice is not of_the_day:
        return answer.but(text=f"按{notice.notice.year}年的通知：\n{answer.text}")
    if answer.family is Family.TIME and today.year > notice.notice.year:
        return answer.but(text=f"{answer.text}\n以上按{notice.notice.year}年的通知；{today.year}年的新通知尚未发布，以当年发布的通知为准。")
    return answer


def _not_here(message: NormalText, snapshot: Snapshot, today: dt.date) -> int | None:
    """The year before the oldest notice whose own notice is asked for: 2024年那份通知的文号."""
    oldest = snapshot.documents[-1].notice.year
    named = [_year(found, today) for found in _YEAR.finditer(message.text) if _NOTICE_ITSELF.match(message.text, found.end())]
    return next((year for year in named if year < oldest), None)


def _year(found: re.Match, today: dt.date) -> int:
    if found["word"]:
        return today.year + _FROM_NOW[found["word"]]
    return int(found["full"] or today.year // 100 * 100 + int(found["short"]))


def _without(found: re.Match, message: NormalText) -> NormalText:
    return msgspec.structs.replace(message, text=message.text[:found.start()] + message.text[found.end():].removeprefix("的"))


def _means_notice(found: re.Match, text: str) -> bool:
    if found["word"]:
        return bool(_OF_A_NOTICE.match(text, found.end())) and not _OTHERWISE_MEANT.search(text)
    return bool(_OF_A_NOTICE.match(text, found.end())) or not _OTHERWISE_MEANT.search(text)
