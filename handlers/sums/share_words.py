"""The words by which a number is known as part or whole of a rate: of people (普及率) and of teams (成果率)."""

from __future__ import annotations

import re

import msgspec


class Words(msgspec.Struct, frozen=True):
    """The words by which a number is known as part or whole, and as belonging to another rate."""

    part: re.Pattern
    whole: re.Pattern
    whole_at_best: re.Pattern
    foreign: re.Pattern
    none: re.Pattern
    lacking: re.Pattern  # at a number of those that are no part: 7个没出成果


PEOPLE = Words(
    part=re.compile(r"分子|参[加与]|加入|入了?组|进了?(?:qc|小组)|^进|进qc|组员|小组成员|活动人数|报名|搞qc|在(?:qc)?小?组"),
    whole=re.compile(r"分母|职工|员工|全员|全厂|全公司|全体|全部人|在册|在岗|总人数|人员|总数|工人|全单位|我们厂|我厂|公司|单位|总共|一共|合计"),
    whole_at_best=re.compile(r"总|共|有"),
    foreign=re.compile(r"成果|注册|登记|备案"),
    none=re.compile(r"(?:没有?人|无人|没谁|一个人?都?没|零人)(?:参[加与]|加入|进)"),
    lacking=re.compile(r"[没未不](?:有)?(?:参[加与]|加入|进(?:组|qc|小组)?)"))
TEAMS = Words(
    part=re.compile(r"分子|成果|完成|结题|出了|获得"),
    whole=re.compile(r"分母|注册|登记|备案"),
    whole_at_best=re.compile(r"总|共|小组|qc|有"),
    foreign=re.compile(r"职工|员工|参加|参与|加入|人数|进qc|进小组"),
    none=re.compile(r"(?:没有?|无)(?:小组)?(?:取得|出|拿到?)?成果|(?:成果)?(?:都|也)没有?(?:出|取得)"),
    lacking=re.compile(r"(?:[没未不](?:有)?|无)(?:能|取得|出|拿到?|获得|形成)*成果|[没未](?:有)?(?:能)?(?:完成|结题|出来)"))
