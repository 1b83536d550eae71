"""What goes out over HTTP, before any web framework: a reply, and the headers of every response."""

from __future__ import annotations

Reply = tuple[int, str, bytes]  # status, content type, body
Sent = tuple[int, list[tuple[str, str]], bytes]  # status, headers, body
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Strict-Transport-Security": "max-age=31536000",
}
NO_STORE = ("Cache-Control", "no-store")
_ALL = [*HEADERS.items(), NO_STORE]


def plain(text: str, status: int = 200) -> Reply:
    """A line of text."""
    return status, "text/plain; charset=utf-8", text.encode("utf-8", "surrogatepass")


def sent(reply: Reply) -> Sent:
    """A reply with all its headers."""
    status, content_type, body = reply
    return status, [("Content-Type", content_type), ("Content-Length", str(len(body))), *_ALL], body
