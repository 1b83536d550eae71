"""Who asks, and whether over https: what a proxy says about it counts only where PROXIES names the proxy."""

from __future__ import annotations

import ipaddress

from flask import Flask, Request, request
from flask.sessions import SecureCookieSessionInterface

from bot.config import Settings


def proxied(asked: Request, settings: Settings) -> bool:
    """Whether the request came through one of our proxies, which alone are believed about where it came from."""
    if "X-Forwarded-For" not in asked.headers:
        return False
    try:
        sender = ipaddress.ip_address((asked.remote_addr or "").strip("[]"))
    except ValueError:
        return False
    sender = getattr(sender, "ipv4_mapped", None) or sender
    return any(sender in network for network in settings.proxies)


def address(asked: Request, settings: Settings) -> str:
    """The IP address of whoever asks: the last one in X-Forwarded-For, which our proxy wrote itself."""
    if proxied(asked, settings):
        return asked.headers["X-Forwarded-For"].rpartition(",")[2].strip()[:45]
    return asked.remote_addr or ""


def secure(asked: Request, settings: Settings) -> bool:
    """Whether the browser speaks https, so that a cookie has to be Secure."""
    forwarded = asked.headers.get("X-Forwarded-Proto") == "https" and proxied(asked, settings)
    return asked.is_secure or forwarded or settings.public_url.startswith("https:")


def cookie_name(name: str, https: bool) -> str:
    """Over https a name that browsers let no other host, path or plain page set; the bare one for trying out on this machine."""
    return f"__Host-{name}" if https else name


class SignedCookie(SecureCookieSessionInterface):
    """Flask's own cookie (the sentence on top of the desk's next page), for https only where the browser speaks it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get_cookie_name(self, app: Flask) -> str:
        return cookie_name(super().get_cookie_name(app), secure(request, self._settings))

    def get_cookie_secure(self, app: Flask) -> bool:
        return secure(request, self._settings)
