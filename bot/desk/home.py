"""The first page of the desk: how things stand, and what waits."""

from __future__ import annotations

from flask import render_template

from bot.desk import drafts, queue, show
from bot.desk.base import desk, routes
from knowledge import publish, store
from knowledge.differences import changes
from knowledge.validate import validate

NAV = (
    ("日常", (("概览", "home"), ("待处理", "queue_page"), ("看板", "board"))),
    ("内容", (("数值", "facts"), ("答复", "entries"), ("回归题", "cases"))),
    ("发布", (("检查与发布", "publish_page"), ("版本", "versions"), ("临时提示", "banners"), ("更正", "corrections"))),
    ("转发", (("本周汇总", "digest"), ("倒计时", "countdown"))),
    ("工具", (("Excel", "excel"), ("新通知", "new_notice"), ("操作记录", "audit"))),
)


@routes.get("")
def home() -> str:
    """概览。"""
    draft, base = drafts.opened(), drafts.in_force()
    version = store.in_force(drafts.kept()).get(drafts.year())
    changed = changes(base, draft.document) if base else []
    return render_template("desk_home.html", draft=draft, version=version, changed=changed[:5], change_count=len(changed), problems=len(validate(draft.document)) if changed or not base else 0,
                           waiting=len(queue.groups()), days=_days(), years=drafts.years(), year=drafts.year(), section="home", degraded=getattr(desk().current(), "degraded", ""),
                           latest=publish.history(drafts.kept())[:3])


def _days() -> tuple[str, int] | None:
    """The next deadline of the published notice, and the days to it."""
    document = desk().current().newest()[0]
    today = show.now().date()
    window, registration = document.facts.get("apply_window"), document.facts.get("registration_deadline")
    ends = [("申报截止", window.value.closes)] if window else []
    ends += [("登记备案截止", registration.value)] if registration else []
    ahead = [(label, (day - today).days) for label, day in ends if day >= today]
    return min(ahead, key=lambda pair: pair[1]) if ahead else None
