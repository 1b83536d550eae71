"""/wechat: the way of a message, step by step."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from bot import ahead, arrivals, journal, render, turn, wechat
from bot.arrivals import Arrival, Does
from bot.asker import A_MINUTE, Asker
from bot.config import Settings
from bot.counters import COUNTED, LATENCY
from bot.deadline import SECONDS, DeadlineExceeded, within
from bot.known import known_numbers
from bot.memory import Memory
from bot.replay import Signatures
from bot.sent import Reply, plain
from bot.wechat import Incoming
from handlers import pipeline
from handlers.conversation import Conversation
from knowledge.snapshot import Snapshot

log = logging.getLogger("bot.webhook")
PATH = "/wechat"
SUCCESS = "success"
NO_TOKEN = "公众号接口尚未配置：请设置 WECHAT_TOKEN 后重启。 / The webhook is not configured: set WECHAT_TOKEN and restart.\n"


class Webhook(NamedTuple):
    """What answers WeChat: its check of the address, and a push (query string, and what reads the body)."""

    greet: Callable[[bytes], Reply]
    receive: Callable[[bytes, Callable[[], bytes]], Reply]


def make(settings: Settings, memory: Memory, current: Callable[[], Snapshot]) -> Webhook:
    """The webhook over these settings. ``current`` gives the snapshot in force."""
    signatures = Signatures(memory, settings.sign_once)
    if settings.aes_key:
        wechat.cipher(settings.aes_key)  # awake before the first message

    def greet(query_string: bytes) -> Reply:
        """The echo, and nothing else."""
        if not settings.token:
            return plain(NO_TOKEN, 503)
        try:
            query = wechat.read_query(query_string)
            wechat.verify(query, settings.token, time.time())
        except wechat.Refused as refusal:
            return _forbidden(refusal)
        signatures.serves_another(query, "echo", time.time())
        return plain(query.get("echostr", ""))

    def receive(query_string: bytes, body: Callable[[], bytes]) -> Reply:
        """A push: verified, read, answered once."""
        if not settings.token:
            return plain(NO_TOKEN, 503)
        clock = time.time()
        try:
            query = wechat.read_query(query_string)
            wechat.verify(query, settings.token, clock)
            message, encrypted = wechat.open_post(body(), query, settings, clock)
            if not encrypted and signatures.serves_another(query, message.once, clock):
                COUNTED["replayed"].inc()
                if settings.sign_once:  # WeChat does not promise that its nonces never repeat: else it is counted only
                    raise wechat.Refused("replayed")
        except wechat.Refused as refusal:
            return _forbidden(refusal)
        except wechat.DoctypeFound:
            COUNTED["doctype"].inc()
            return plain("", 400)
        except wechat.Unreadable as error:
            COUNTED["unreadable"].inc()
            log.warning("unreadable push", extra={"event": "unreadable", "reason": str(error)})
            return plain(SUCCESS)
        try:
            xml = _answer_once(message, arrivals.meaning(message), clock)
        except Exception as error:  # the last net: WeChat is never shown a 500
            xml = wechat.text_reply(message, _trouble("webhook", error), clock)
        LATENCY.observe(time.time() - clock)
        if not xml:
            return plain(SUCCESS)
        if encrypted:
            xml = wechat.seal(xml, query["nonce"], clock, settings)
        return 200, "application/xml; charset=utf-8", xml.encode()

    def _answer_once(message: Incoming, arrival: Arrival, clock: float) -> str:
        """The reply's XML, the same for every delivery of the push; "" where nothing is to be said."""
        if arrival.does in (Does.NOTHING, Does.ERASE):
            if arrival.does is Does.ERASE:
                _erase(arrival.person)
            else:
                COUNTED["nothing"].inc()
            return ""
        known = memory.look(memory.hashed(message.once), memory.hashed(message.sender))
        addressed = wechat.addressed(message)  # the openid in a reply is never stored
        if known.reply is not None:
            COUNTED["repeated"].inc()
            return addressed + known.reply
        xml, asker, row = _answer(message, arrival, known.asker, known.person, clock)
        return addressed + memory.settle(known, xml.removeprefix(addressed), asker, row, clock)

    def _answer(message: Incoming, arrival: Arrival, asker: Asker, person: bytes, clock: float) -> tuple[str, Asker, journal.Row | None]:
        """The reply's XML, what is remembered, and the journal's line, for a push seen for the first time."""
        asker = asker.counted(clock)
        if asker.messages > A_MINUTE:
            COUNTED["too_many"].inc()
            return wechat.text_reply(message, arrivals.TOO_MANY, clock), asker, None
        if arrival.does is Does.SAY:
            COUNTED["said"].inc()
            return wechat.text_reply(message, arrival.text, clock), asker, None
        try:
            snapshot = current()
        except Exception as error:
            return wechat.text_reply(message, _trouble("no snapshot", error), clock), asker, None
        try:
            return within(SECONDS - 0.5, _converse, message, arrival, asker, snapshot, person, clock)
        except (Exception, DeadlineExceeded) as error:
            _trouble("no answer", error)
            return wechat.text_reply(message, pipeline.apology(snapshot).text, clock), asker.talking(Conversation()), None

    def _converse(
        message: Incoming, arrival: Arrival, asker: Asker, snapshot: Snapshot, person: bytes, clock: float
    ) -> tuple[str, Asker, journal.Row | None]:
        now = turn.moment(message.created)
        if arrival.does is Does.WELCOME:
            COUNTED["welcome"].inc()
            return wechat.text_reply(message, render.page(pipeline.welcome(snapshot, now).text)[0], clock), asker, None
        taken = turn.take(arrival.text, asker.conversation, snapshot, now, settings.public_url, ahead.before(settings.data_dir, partial(memory.owed, person), clock))
        COUNTED[taken.answer.outcome].inc()
        row = journal.row(arrival.text, taken.answer, person, clock, snapshot.version, known_numbers(snapshot))
        asker = asker.talking(taken.conversation)
        if taken.answer.hand_off and settings.customer_service and message.type != "event":
            return wechat.hand_over(message, clock), asker, row
        shown = render.tappable(taken.shown, taken.answer.choices) if settings.tappable else taken.shown
        return wechat.text_reply(message, shown, clock), asker, row

    def _erase(person: str) -> None:
        COUNTED["erased"].inc()
        rows = memory.erase(memory.hashed(person))
        log.info("person erased", extra={"event": "erased", "rows": rows})

    return Webhook(greet, receive)


def _trouble(what: str, error: BaseException) -> str:
    """Our slip: counted, logged by its kind only (its text may hold what the asker wrote)."""
    COUNTED["failed"].inc()
    log.error(what, extra={"event": "failed", "error": type(error).__name__, "where": _where(error)})
    return arrivals.OUT_OF_ORDER


def _where(error: BaseException) -> str:
    """The innermost place of our own code, as file:line."""
    trace, place = error.__traceback__, ""
    while trace:
        place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _forbidden(refusal: wechat.Refused) -> Reply:
    COUNTED["refused"].inc()
    return plain("", 403)
