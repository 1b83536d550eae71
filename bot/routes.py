"""The service's own addresses in Flask: /wechat, /health/live, /health/ready and /metrics."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request

from bot import health, web, webhook
from bot.config import THIS_MACHINE
from bot.sent import Reply
from bot.service import Service


def blueprint(service: Service) -> Blueprint:
    """What ``Service.direct`` leaves to Flask: the check of the address, /metrics, and what is unusual, such as HEAD, or a push in chunks under another server."""
    routes = Blueprint("service", __name__)

    @routes.get(webhook.PATH)
    def greet() -> Response:
        return _response(service.webhook.greet(request.query_string))

    @routes.post(webhook.PATH)
    def receive() -> Response:
        return _response(service.webhook.receive(request.query_string, partial(web.whole_body, request)))

    @routes.get("/health/live")
    def live() -> Response:
        return _response(health.live())

    @routes.get("/health/ready")
    def ready() -> Response:
        return _response(service.ready())

    @routes.get("/metrics")
    def metrics() -> Response:
        """With METRICS_TOKEN to whoever bears it, else only to this machine, not through a proxy."""
        given, token = request.headers.get("Authorization", ""), service.settings.metrics_token
        proxied = any(name in request.headers for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"))
        here = request.remote_addr in THIS_MACHINE and not proxied
        return _response(health.metrics(given, token) if token or here else health.NOT_SHOWN)

    return routes


def _response(reply: Reply) -> Response:
    status, content_type, body = reply
    return Response(body, status, content_type=content_type)
