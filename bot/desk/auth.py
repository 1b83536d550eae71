"""Signing in and out, and one's own password."""

from __future__ import annotations

from flask import Response, g, make_response, redirect, render_template, request, url_for

from bot.desk import accounts, audit, guard, sessions
from bot.desk.base import address, back, clock, desk, open_to_all, routes, secure


@routes.get("/sign-in")
@open_to_all
def sign_in() -> Response:
    """The sign-in page; where there is no account yet it says how the first one is made."""
    return _form("")


@routes.post("/sign-in")
@open_to_all
def sign_in_now() -> Response:
    """Check name and password; a new session, or the page again with one sentence."""
    name, password = request.form.get("name", "").strip()[:64], request.form.get("password", "")
    try:
        account = accounts.sign_in(desk().store, name, password, address(), clock())
    except accounts.Wrong as wrong:
        audit.note("登录失败", name, str(wrong))
        return make_response(_form(str(wrong)), 401)
    if g.session:
        sessions.end(desk().store, g.session)
    audit.note("登录", account.name, who=account.name)
    response = redirect(_next(), 303)
    sessions.give(response, sessions.begin(desk().store, account.name, clock()), secure())
    return response


@routes.post("/sign-out")
def sign_out() -> Response:
    """The session ends on the server, not only in the browser."""
    audit.note("退出")
    sessions.end(desk().store, g.session)
    response = back("sign_in")
    sessions.take_back(response, secure())
    return response


@routes.get("/me")
def me() -> str:
    """My own account."""
    return render_template("desk_me.html", problem="", people=accounts.everyone(desk().store))


@routes.post("/me")
def change_password() -> Response | tuple[str, int]:
    """A new password of one's own; all sessions of the account end."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    problem = "两次输入的新密码不一样。" if new != again else ""
    try:
        if not problem:
            accounts.sign_in(desk().store, g.session.who, old, address(), clock())
            accounts.change_password(desk().store, g.session.who, new)
    except accounts.Wrong as wrong:
        problem = "原密码不对。" if str(wrong) == accounts.WRONG else str(wrong)
    except accounts.AccountError as error:
        problem = str(error)
    if problem:
        audit.note("改密码失败", g.session.who, problem)
        return render_template("desk_me.html", problem=problem, people=accounts.everyone(desk().store)), 400
    audit.note("改密码", g.session.who)
    return back("sign_in", "密码已修改，请用新密码登录。")


def _form(problem: str) -> Response:
    nobody = not accounts.everyone(desk().store)
    body = render_template("desk_sign_in.html", problem=problem, nobody=nobody, name=request.form.get("name", ""), next=_wanted())
    return guard.keep_before(make_response(body))


def _wanted() -> str:
    wanted = request.values.get("next", "")
    return wanted if wanted.startswith("/desk") and "\\" not in wanted and ".." not in wanted and wanted.isprintable() else ""


def _next() -> str:
    return _wanted() or url_for("desk.home")
