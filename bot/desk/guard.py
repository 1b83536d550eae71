"""Before every page of the desk: is it our own form, who is it, may they. Default: no."""

from __future__ import annotations

import hmac
import secrets

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from bot import UPLOAD_AT_MOST, proxy, web
from bot.desk import audit, sessions
from bot.desk.accounts import Role
from bot.desk.base import CHANGES, clock, desk, for_trying, routes, secure
from bot.desk.store import DeskDown
from knowledge.schema import KnowledgeError
from knowledge.store import StoreError

BEFORE = "desk-form"  # cookie that ties the sign-in form to the browser that asked for it
FORM_AT_MOST = 2 << 20  # bytes
NOT_HTTPS = "员工页面只能通过 https 打开（或在服务器本机用 http://127.0.0.1 试用）。用了反向代理的，请设置 PUBLIC_URL=https://…"


@routes.before_request
def guard() -> Response | None:
    """Refuse what another site sent, what no one signed in sent, and what the role does not allow."""
    g.session, g.noted = None, False
    if request.endpoint == "desk.static":
        return None
    if not secure() and not for_trying():
        return make_response(NOT_HTTPS, 403, {"Content-Type": "text/plain; charset=utf-8"})
    request.max_form_memory_size = FORM_AT_MOST
    request.max_content_length = UPLOAD_AT_MOST if request.endpoint == "desk.check_workbook" else FORM_AT_MOST
    request.max_form_parts = 5000
    g.session = sessions.find(desk().store, sessions.given(request, secure()), clock())
    view = current_app.view_functions[request.endpoint]
    if request.method in CHANGES and web.foreign(request):
        abort(403)
    if not g.session and not getattr(view, "open_to_all", False):
        return redirect(url_for("desk.sign_in", next=request.path), 303) if request.method not in CHANGES else _expired()
    if request.method in CHANGES and not _token_is_right():
        abort(403)
    if getattr(view, "publishers", False) and g.session.role is not Role.PUBLISH:
        abort(403)
    return None


def _expired() -> Response:
    """The session is over: what was typed is shown, to be copied, and nothing of it is lost."""
    typed = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf" and "password" not in name and len(text) > 3]
    return make_response(render_template("desk_error.html", code=401, words="登录已过期，请重新登录。", typed=typed), 401)


@routes.after_request
def afterwards(response: Response) -> Response:
    """What changed something is in the log, whatever page it was; and browsers say where a form comes from."""
    response.headers["Referrer-Policy"] = "same-origin"  # with no-referrer, older browsers send Origin: null even to ourselves
    if request.method in CHANGES and not g.get("noted", True):
        audit.note("预览" if response.status_code < 400 else "未成", request.path)
    return response


@routes.errorhandler(HTTPException)
def refused(error: HTTPException) -> Response | tuple[str, int]:
    """An error in words, with the way back."""
    if error.code in (301, 302, 303, 308):
        return error.get_response()
    words = {403: "不允许这样操作：可能是页面停留太久、换了账号，或者这一步只有“发布”角色能做。", 404: "没有这一页，可能已经改名或删除。", 413: "内容太大了。"}
    if request.method in CHANGES and not g.get("noted", True):
        audit.note("拒绝", request.path, f"{error.code}")
    return render_template("desk_error.html", code=error.code or 500, words=words.get(error.code or 500, "出错了，请返回再试一次。")), error.code or 500


@routes.errorhandler(DeskDown)
@routes.errorhandler(StoreError)
@routes.errorhandler(KnowledgeError)
def disk_trouble(error: Exception) -> tuple[str, int]:
    """A disk or a notice that can't be read: in words, and nothing was changed."""
    g.noted = True  # a log on the same disk can't be written either
    return render_template("desk_error.html", code=503, words=str(error)), 503


def token() -> str:
    """What our own forms carry: the session's token, or before signing in one made from a cookie."""
    return g.session.csrf if g.get("session") else _from(_before())


def field() -> Markup:
    """The token as the hidden field of a form."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token())


def keep_before(response: Response) -> Response:
    """Give the browser the cookie that the sign-in form goes with."""
    response.set_cookie(proxy.cookie_name(BEFORE, secure()), _before(), httponly=True, samesite="Lax", secure=secure(), path="/")
    return response


def _token_is_right() -> bool:
    given = request.form.get("csrf", "")
    return bool(given) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token().encode())


def _before() -> str:
    if "before" not in g:
        given = request.cookies.get(proxy.cookie_name(BEFORE, secure()), "")
        g.before = given if len(given) == 22 else secrets.token_urlsafe(16)
    return g.before


def _from(cookie: str) -> str:
    return hmac.new(desk().settings.secret_key.encode(), b"desk-form " + cookie.encode("utf-8", "replace"), "sha256").hexdigest()
