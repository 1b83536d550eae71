"""Several machines behind one nginx over one Redis, while a worker host and the Redis die and the staff publish.

The short form of tests/bench/scale.py, on ports of this machine; the long one (namespaces, Sentinel, every fault) is run by hand.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from bench.scale import Phase, standing
from crowd import THEME
from machines import NGINX, Ports
from program import wait
from test_redis import memory, publish_theme, settle

import redis_server
from bot.shared.in_redis import journal_key
from bot.shared.link import SHARDS

DEPLOY = Path(__file__).parents[1] / "deploy"
SECONDS, RATE = 6.0, 20.0  # of each phase, messages a second


@pytest.fixture
def scene(tmp_path):
    if not (redis_server.PROGRAM and NGINX):
        pytest.skip("no redis-server or no nginx on this machine (apt-get install redis-server nginx-light)")
    with standing(tmp_path, Ports(), 2, replicas=False) as made:
        yield made


def test_machines_die_and_nobody_notices(scene):
    """Each message one right answer, each answer one line in the journal, every host on the new version."""
    first, staff = scene.hosts[0], scene.staff

    def published() -> None:
        publish_theme(staff.folder, "几台机器的主题")
    scene.play([
        Phase("a worker host killed", first.kill, first.start, p99=math.inf),
        Phase("published", published, p99=math.inf),
        Phase("Redis killed", scene.redis.kill, scene.redis.start, p99=math.inf, may_forget=True),
    ], SECONDS, RATE)
    assert not scene.broken
    for host in (staff, *scene.hosts):
        wait(lambda host=host: host.ready().get("snapshot") == 2, 10)
        assert "几台机器的主题" in scene.crowd.ask_one(THEME, "after", host.send).replies[0], host.name


def test_redis_understands_the_files_in_deploy(tmp_path):
    if not redis_server.PROGRAM:
        pytest.skip(redis_server.NONE)
    lines = [line for line in (DEPLOY / "redis.conf").read_text("utf-8").splitlines() if not line.startswith(("bind ", "port ", "requirepass ", "masterauth "))]
    (tmp_path / "redis.conf").write_text("\n".join(lines))
    with redis_server.running(tmp_path / "redis", "--include", str(tmp_path / "redis.conf")) as server:
        assert server.say("CONFIG", "GET", "maxmemory-policy") == [b"maxmemory-policy", b"volatile-ttl"]
        watch = (DEPLOY / "sentinel.conf").read_text("utf-8").replace("10.0.0.21 6379", f"127.0.0.1 {server.port}")
        lines = [line for line in watch.splitlines() if not line.startswith(("bind ", "port ", "#"))]
        sentinel = redis_server.Server(tmp_path / "sentinel", sentinel="\n".join(lines))
        try:
            assert sentinel.say("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "bot") == [b"127.0.0.1", b"%d" % server.port]
        finally:
            sentinel.end()


def test_a_full_redis_with_this_policy_forgets_conversations_only(tmp_path):
    if not redis_server.PROGRAM:
        pytest.skip(redis_server.NONE)
    with redis_server.running(tmp_path / "redis", "--maxmemory", "3mb", "--maxmemory-policy", "volatile-ttl") as server:
        one = memory(server.url, tmp_path)
        for number in range(3000):
            settle(one, f"m{number}", f"p{number}", "答" * 300)
        assert not one.shared.link.trouble and not one.waiting
        assert int(server.say("INFO", "stats")["evicted_keys"]) > 0
        assert sum(server.say("XLEN", journal_key(f"{shard:02d}")) for shard in range(SHARDS)) == 3000
