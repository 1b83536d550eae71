"""Calls to WeChat's API: so far the menu. Beside ``wechat.py`` the only file that knows wechatpy.

The token is asked for by stable_token (POST: the secret never stands in an address), every call has its time-out, and
what goes wrong becomes a Chinese sentence. The text of an exception is never passed on: addresses hold the token.
"""

from __future__ import annotations

import re
import time

from bot.config import Settings
from bot.tokens import Tokens

API = "https://api.weixin.qq.com/cgi-bin/"
TIMEOUT = (3.05, 8)  # seconds to connect, and to wait for each answer
STALE = (40001, 40014, 42001)  # the token is not, or no longer, one
NO_RIGHT = "这个公众号没有自定义菜单的接口权限（未认证的订阅号都没有）。不影响使用：回复数字和文字可以问到所有内容；也可以在公众平台后台手工建菜单。"
SENTENCES = {
    -1: "微信系统繁忙，请过几分钟再试。",
    40001: "AppSecret不对，或凭证已失效：请核对WECHAT_APP_SECRET，它可能在后台重置过。",
    40013: "AppID不对：请核对WECHAT_APP_ID。",
    40014: "凭证无效，请再试一次；反复出现请核对WECHAT_APP_ID和WECHAT_APP_SECRET。",
    40016: "按钮个数不对：一级最多3个，每个下面最多5个。",
    40017: "按钮类型不对，请检查bot/menu.toml。",
    40018: "按钮名称太长或是空的：一级最多16字节，二级最多60字节。",
    40019: "按钮的key太长或是空的：最多128字节。",
    40020: "按钮的网址太长或不对：最多1024字节。",
    40033: "菜单里有微信不接受的字符（\\uxxxx转义）。",
    40125: "AppSecret不对：请核对WECHAT_APP_SECRET，它可能在后台重置过。",
    40164: "服务器的出口IP不在白名单：请在公众平台后台“IP白名单”里加上它，十分钟后再试。",
    40243: "AppSecret已被冻结：请到公众平台后台解冻。",
    42001: "凭证已过期，请再试一次。",
    45002: "内容太长。",
    45009: "今天的调用次数用完了，明天再试。",
    45011: "调用太频繁，请过一分钟再试。",
    46003: "公众号还没有菜单。",
    48001: NO_RIGHT,
    48004: "接口被微信封禁，请到公众平台后台查看通知。",
    48006: "本月清零次数已用完。",
    50002: "这个公众号受到限制，请到公众平台后台查看通知。",
    65320: "个性化菜单用了微信不再允许的条件。",
}


class Failed(Exception):
    """WeChat refused, or could not be reached. The message is one Chinese sentence, and holds no secret."""


def push_menu(settings: Settings, menu: bytes) -> None:
    """Make ``menu`` (its JSON) the account's menu. Failed says why not. A token that went stale is renewed once."""
    tokens = Tokens(settings.data_dir, settings.app_id, settings.app_secret, settings.redis_url)
    try:
        _post(settings, tokens, menu)
    except _Stale:
        tokens.delete("")
        try:
            _post(settings, tokens, menu)
        except _Stale as stale:
            raise Failed(_sentence(stale.code, "")) from None


class _Stale(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _post(settings: Settings, tokens: Tokens, menu: bytes) -> None:
    from wechatpy.exceptions import WeChatClientException  # with requests 6 MB, so only where it is used

    try:
        answer = _client(settings, tokens).post("menu/create", data=menu, timeout=TIMEOUT, allow_redirects=False)
    except WeChatClientException as error:
        if error.errcode in STALE and getattr(error.request, "path_url", "").startswith("/cgi-bin/menu"):
            raise _Stale(error.errcode) from None
        raise Failed(_sentence(error.errcode, error.errmsg)) from None
    except OSError as error:  # every exception of requests is one; its text holds the address, and so the token
        raise Failed(_unreachable(error)) from None
    except (ValueError, KeyError, TypeError):
        raise Failed(_ODD) from None
    if not isinstance(answer, dict) or answer.get("errcode") != 0:
        raise Failed(_ODD)


_ODD = "微信的回答看不懂（可能被代理或防火墙改动），请稍后再试。"


def _sentence(code: int | None, said: object) -> str:
    """What an errcode means; with the address that WeChat saw where the allow list is the reason."""
    if code is None:
        return "微信服务器出错，请过几分钟再试。"
    seen = re.search(r"\binvalid ip ([0-9a-fA-F.:]{3,45})", str(said)) if code == 40164 else None
    told = SENTENCES.get(code, "微信拒绝了这次调用，含义见微信开发文档“全局返回码”。")
    return f"{told}（错误码{code}{f'，出口IP {seen[1]}' if seen else ''}）"


def _unreachable(error: OSError) -> str:
    if "Timeout" in type(error).__name__:
        return "连接微信超时，请检查服务器的外网，稍后再试。"
    if "SSL" in type(error).__name__:
        return "与微信的加密连接不可信（证书不对），没有发送任何内容；请检查服务器时间和代理。"
    return "连不上微信，请检查服务器的外网和DNS，稍后再试。"


def _client(settings: Settings, tokens: Tokens):
    """wechatpy's client over stable_token: no retries of its own, and no call without a time-out."""
    from wechatpy import WeChatClient
    from wechatpy.exceptions import WeChatClientException

    class Client(WeChatClient):
        API_BASE_URL = API

        def fetch_access_token(self) -> dict:
            asked = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret, "force_refresh": False}
            answer = self._http.post(f"{API}stable_token", json=asked, timeout=TIMEOUT, allow_redirects=False)
            if answer.status_code >= 500:
                raise WeChatClientException(None, None)
            found = self._handle_result(answer)
            self.session.set(self.access_token_key, found["access_token"], int(found["expires_in"]))
            self.expires_at = int(time.time()) + int(found["expires_in"])
            return found

    return Client(settings.app_id, settings.app_secret, session=tokens, timeout=TIMEOUT, auto_retry=False)
