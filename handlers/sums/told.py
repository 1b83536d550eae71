"""A number of a message with its role and the words that belong to it; the words for kinds, years and stops."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from handlers.values import Number
from knowledge.model import Kind


class Role(StrEnum):
    """``WEAK``: a bare number that may count teams where nothing else does."""

    TEAM = "team"
    WEAK = "weak"
    WISH = "wish"
    CLAIM = "claim"
    FAILED = "failed"
    PART = "part"  # 其中创新型30个: of what the number before is made up
    DIFFERENCE = "difference"  # 比前年多10个
    OTHER = "other"


class Told(msgspec.Struct, frozen=True):
    """A number, its role, and the words that belong to it: back to the last stop or number, on to the next."""

    number: Number
    role: Role
    left: str
    right: str
    place: int
    on_top: bool = False  # 还有14个: to be added to the number before
    joined: bool = False  # 40、55和120: goes on from the number before


STOPS = re.compile(r"[,;。?!;\n、:()]")
KIND = re.compile(r"(?P<group>小组|qc|(?<![a-z])n\s?=)|(?P<crew>班组|信得过(?!班组)|(?<![a-z])m\s?=)")
KIND_AFTER = re.compile(r" ?[多来]?[个支]? ?(?:是|算)?(?:已?(?:备案|登记|通过)的?)? ?(?:质量管理|质量)? ?(?:(?P<group>qc小组|qc ?小组|qc|小组)|(?P<crew>信得过班组|班组|信得过))")  # not across a line
YEAR = re.compile(r"(?P<last>去年|旧年|上年|上一年|上个?年度)|(?P<other>大?前年|今年|本年度?|明年)|(?P<digits>20[0-9]{2}|(?<![0-9])[0-9]{2})\s?年")
EACH = re.compile(r"[各都均]|一样多|同样")


def kind_of(match: re.Match) -> Kind:
    """The kind that ``KIND`` or ``KIND_AFTER`` has found."""
    return Kind.GROUP if match["group"] else Kind.CREW
