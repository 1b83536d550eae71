"""What was handed in for registration (报了90个小组), and whether a number is said to have passed."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.sums.told import STOPS, Role, Told

_PASSED_LEFT = re.compile(r"通过|审过(?:去)?了?|批(?:下来|准|过)|合格|过了|成功|(?:(?<![超不])过|也就是|剩下?的?)\s?$")
_PASSED_RIGHT = re.compile(r"\s?个?\s?(?:小组|班组)?\s?(?:都|均|已|全)?(?:备案)?(?:通过|过了|合格|审过|过审|批了)")
_LINE_PASSED = re.compile(r"(?:^|[\n;。])\s*(?:备案)?通过(?:数|的)?:[^\n;。]*$")
_REGISTERED_OF = re.compile(r"其中.{0,6}备案|系统(?:里|上|中|内)?(?:显示|是|有|备案|登记)*\s?$")
_SURELY = 2  # said to have passed
_MEANT = re.compile("[想要拟能]|打算|准备|计划|争取|希望|可以|今年")
_ASKED_FOR = re.compile(r"项|个?(?:qc)?(?:小组|班组)?(?:的?成果|.{0,6}(?:行|可以|够|成不|[吗嘛么]|超))")  # 报10个行吗: a wish
_HOW_MANY = re.compile("几|多少")


def handed_in(told: list[Told], in_part: bool, words: str) -> list[Told]:
    """报了90个小组，通过了81个: what was handed in for registration is no wish; it counts where a part of it passed (``in_part``) or some failed."""
    counting = [one for one in told if one.role in (Role.TEAM, Role.WEAK)]
    passed = [one for one in counting if passed_of(one, words) == _SURELY]
    failed = [one.place for one in told if one.role is Role.FAILED]
    result = []
    for one in told:
        if one.role is Role.WISH and not _is_wished(one):
            if any(_was_handed_in(one, later, words) for later in passed):
                one = replace(one, role=Role.OTHER)
            elif (in_part or any(place > one.place for place in failed)) and all(other.number.value < one.number.value for other in counting):
                one = replace(one, role=Role.TEAM)
        result.append(one)
    return result


def _was_handed_in(one: Told, passed: Told, words: str) -> bool:
    """At least as many as passed, and said before them; said after them only where 报了 and how many may be is asked next."""
    if one.number.value < passed.number.value:
        return False
    return one.place < passed.place or "了" in one.left and bool(_HOW_MANY.search(words, one.number.end))


def _is_wished(one: Told) -> bool:
    """想报90个, 报10个行吗, 今年报9个."""
    return bool(_ASKED_FOR.match(one.right) or _MEANT.search(one.left))


def passed_of(one: Told, words: str) -> int:
    """2 where the number is said to have passed, 1 where only to be among those registered, else 0."""
    closed = one.number.end + len(one.right) >= len(words) or bool(STOPS.search(one.right))  # else the words are the next number's
    if _PASSED_LEFT.search(one.left) or ":" in words and "通过" in words and _LINE_PASSED.search(words, 0, one.number.start) or (closed and _PASSED_RIGHT.match(one.right.partition("\n")[0])):
        return _SURELY
    apart = "注册" in words and "注册" not in one.left and "备案" in one.left  # 注册小组70个，备案60个
    return int(apart or bool(_REGISTERED_OF.search(one.left)))
