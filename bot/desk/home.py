"""The first page of the desk: how things stand, and what waits."""

from __future__ import annotations

from flask import render_template

from bot.desk.base import routes

NAV = (
    ("日常", (("概览", "home"), ("待处理", "queue"), ("看板", "board"))),
    ("内容", (("数值", "facts"), ("答复", "entries"), ("回归题", "cases"))),
    ("发布", (("检查与发布", "publish_page"), ("版本", "versions"), ("临时提示", "banners"), ("更正", "corrections"))),
    ("工具", (("Excel", "excel"), ("新通知", "new_notice"), ("操作记录", "audit"))),
)


@routes.get("")
def home() -> str:
    """概览。"""
    return render_template("desk_home.html")
