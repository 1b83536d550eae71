"""The connection to Redis: its address, its time-outs, and a breaker, so that a Redis that fails costs one message a moment.

A call that fails opens the breaker: from then on nothing is asked until ``mend`` (the keeper's, off the way of a reply)
has found that Redis takes writes again. Single servers, Sentinel and Cluster look the same from outside.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qs, unquote

from bot.store import StoreDown

log = logging.getLogger("bot.link")
SECONDS = 0.2  # that one call may take
SECONDS_OF_SEVERAL = 0.1  # the same where a failing call asks further servers
PAUSE = 1.0  # seconds between two tries of a Redis that failed
SHARDS = 16  # key tags, spread over the nodes of a cluster
SHAPE = r"(rediss?|unix)://\S+|rediss?\+(sentinel|cluster)://\S+"
DEFAULT_PORT = {"sentinel": 26379, "cluster": 6379}
Result = TypeVar("Result")


class Address(NamedTuple):
    """A REDIS_URL with several servers, taken apart."""

    kind: str  # "sentinel" or "cluster"
    hosts: tuple[tuple[str, int], ...]
    username: str | None
    password: str | None
    tls: bool
    service: str
    database: int
    sentinel_password: str | None


def parsed(url: str) -> Address | None:
    """The servers of a Sentinel's or Cluster's URL, None for a single server's (redis-py reads those). ValueError.

    ``redis+sentinel://[[user]:password@]host[:port],…/service[/database][?sentinel_password=…]``,
    ``redis+cluster://[[user]:password@]host[:port],…``; ``rediss+…`` with TLS.
    """
    scheme, _, rest = url.partition("://")
    plain, _, kind = scheme.partition("+")
    if not kind:
        return None
    rest, _, query = rest.partition("?")  # by hand: urlsplit knows one host alone, and Python 3.11.2 refuses brackets after another
    servers, _, rest = rest.partition("/")
    userinfo, _, hosts = servers.rpartition("@")
    username, _, password = userinfo.partition(":")
    path = [unquote(one) for one in rest.split("/") if one]
    if kind not in DEFAULT_PORT or not hosts or kind == "sentinel" and not path or len(path) > (2 if kind == "sentinel" else 0):
        raise ValueError("not the address of a Sentinel or Cluster")
    return Address(
        kind, tuple(_host(one, DEFAULT_PORT[kind]) for one in hosts.split(",")), unquote(username) or None, unquote(password) or None, plain == "rediss",
        path[0] if path else "", int(path[1]) if len(path) > 1 else 0, next(iter(parse_qs(query).get("sentinel_password", [])), None),
    )


def _host(text: str, port: int) -> tuple[str, int]:
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?::(\d{1,5}))?", text)
    if not found:
        raise ValueError("not a host")
    return found[1].strip("[]"), int(found[2] or port)


class Link:
    """One Redis for this process. Its client is made with the first call."""

    def __init__(self, url: str, pause: float = PAUSE) -> None:
        self._url, self._pause = url, pause
        self._client: object = None
        self._pid = 0
        self._try_at = 0.0  # 0: it serves
        self.failed_at = 0.0  # when it stopped serving the last time, on the monotonic clock
        self.trouble = ""  # the last failure in Redis' words, empty once it served again

    def call(self, work: Callable[..., Result], *args: object) -> Result:
        """``work(client, *args)``; StoreDown where Redis fails, or failed and has not been found well since."""
        if self._try_at:
            raise StoreDown(self.trouble)
        return self._call(work, *args)

    def get(self, key: str) -> bytes | None:
        """What stands under ``key``; StoreDown."""
        return self.call(lambda client: client.get(key))

    def mend(self) -> bool:
        """Try a Redis that failed, now and then. True once it takes writes on every shard: calls go to it again."""
        if not self._try_at or time.monotonic() < self._try_at:
            return False
        try:
            self._call(_probe)
        except StoreDown:
            return False
        self._try_at, self.trouble = 0.0, ""
        log.warning("Redis is back", extra={"event": "redis_back"})
        return True

    @contextmanager
    def listening(self, channel: str) -> Iterator[Callable[[float], bool]]:
        """A function that waits so many seconds for word on ``channel``, and says whether there was any. StoreDown."""
        heard = self.call(lambda client: client.pubsub(ignore_subscribe_messages=True))
        try:
            self.call(lambda _: heard.subscribe(channel))
            yield lambda seconds: self.call(lambda _: heard.get_message(timeout=seconds)) is not None
        finally:
            with suppress(Exception):
                heard.close()

    def _call(self, work: Callable[..., Result], *args: object) -> Result:
        try:
            return work(self._connected(), *args)
        except Exception as error:  # a cluster's client raises more kinds than redis-py's own, and none may cost an answer
            self._failed(error)
            raise StoreDown(self.trouble) from None

    def _connected(self) -> object:
        if self._client is None or self._pid != os.getpid():
            self._client, self._pid = _client(self._url), os.getpid()
        return self._client

    def _failed(self, error: Exception) -> None:
        fresh = not self._try_at
        self.trouble = f"Redis: {_reason(error)}"
        self._try_at = time.monotonic() + self._pause
        if fresh:
            self.failed_at = time.monotonic()
            log.error("Redis is down", extra={"event": "redis_down", "error": type(error).__name__, "reason": self.trouble})



def read_group(client: object, stream: str, group: str, reader: str, after: str, most: int) -> list[tuple[bytes, dict[bytes, bytes] | None]]:
    """The next items of a stream for a consumer group, which is made where it is not there (yet, or any more)."""
    from redis.exceptions import ResponseError
    try:
        found = client.xreadgroup(group, reader, {stream: after}, count=most)
    except ResponseError as error:
        if "NOGROUP" not in str(error):
            raise
        client.xgroup_create(stream, group, id="0", mkstream=True)
        found = client.xreadgroup(group, reader, {stream: after}, count=most)
    return found[0][1] if found else []


def _reason(error: Exception) -> str:
    """The first word of Redis' own errors (OOM, READONLY, …), else the kind: the rest may hold addresses or keys."""
    said = re.match(r"-?([A-Z]{3,}[A-Z0-9]*)\b", str(error))
    return said[1] if said else type(error).__name__


def _probe(client: object) -> None:
    for shard in range(SHARDS):
        client.set(f"cqb:{{{shard:02d}}}:probe", 1, ex=60)


def _client(url: str) -> object:
    """redis-py's client: no retries, no call without a time-out, and the oldest protocol, which every server speaks."""
    from redis import Redis  # with its networking 8 MB: only where it is used
    from redis.backoff import NoBackoff
    from redis.cluster import ClusterNode, RedisCluster
    from redis.retry import Retry
    from redis.sentinel import Sentinel

    address, once = parsed(url), Retry(NoBackoff(), 0)
    limit = SECONDS_OF_SEVERAL if address else SECONDS
    common = {"socket_timeout": limit, "socket_connect_timeout": limit, "protocol": 2}
    if not address:
        return Redis.from_url(url, retry=once, **common)
    common |= {"username": address.username, "password": address.password, **({"ssl": True} if address.tls else {})}
    if address.kind == "cluster":
        return RedisCluster(startup_nodes=[ClusterNode(*one) for one in address.hosts], dynamic_startup_nodes=False, retry=once, **common)
    asked = {"socket_timeout": limit, "socket_connect_timeout": limit, "protocol": 2, "password": address.sentinel_password, "retry": once}
    return Sentinel(address.hosts, sentinel_kwargs=asked | ({"ssl": True} if address.tls else {})).master_for(address.service, db=address.database, retry=once, **common)
