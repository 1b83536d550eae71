"""One field of a form with its value, pasted by itself: 课题类型, 经济效益, 邮编, 手机, 人数."""

from __future__ import annotations

import re

from handlers.ask import Ask, Family
from handlers.pasting.locate import skip_connectors, value_from
from handlers.pasting.namelists import BRACKET
from handlers.pasting.plausible import asks
from handlers.pasting.wrapping import FORM_LABELS, View
from knowledge.model import Kind


def single_form_field(seen: View) -> Ask | None:
    """课题类型, 经济效益 and the like, one of them with its value."""
    if len(seen.text) > 120:
        return None
    label = next((one for one in FORM_LABELS if one in seen.text), "")
    if not label:
        return None
    at = seen.text.index(label) + len(label)
    bracket = BRACKET.match(seen.text, at)
    at = bracket.end() if bracket else at
    colon = re.compile(r"\s?[:：]").match(seen.text, at)
    span = value_from(seen, colon.end() if colon else skip_connectors(seen.text, at), Family.FORM)
    if not span or asks(seen.text[span[0]:span[1]]) or not _fits_form_field(label, seen.text[span[0]:span[1]], bool(colon)):
        return None
    return Ask(Family.FORM, material=f"{label}：{seen.slice(*span)}", kinds=(Kind.GROUP,) if label.startswith("小组") else (Kind.CREW,) if label.startswith("班组") else ())


def _fits_form_field(label: str, value: str, colon: bool) -> bool:
    value = value.strip("“”\"'「」")
    if label == "课题类型":
        return (value.rstrip("。").endswith("型") or colon) and 2 <= len(value) <= 16 and not value.startswith(("有", "是", "和", "选", "能", "可"))
    if label == "经济效益":
        return bool(re.search(r"\d|[一二三四五六七八九十百千]+万", value)) and len(value) <= 30 or (colon and len(value) <= 20)
    if label.endswith("人数"):
        return colon and bool(re.fullmatch(r"\d{1,4}\s?人?", value))
    return bool(re.fullmatch(r"[\d\s+-]{3,20}", value)) or (colon and len(value) <= 20)
