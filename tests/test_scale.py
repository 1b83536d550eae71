"""Several machines behind one nginx over one Redis, while a worker host and the Redis die and the staff publish.

The short form of tests/bench/scale.py, on ports of this machine; the long one (namespaces, Sentinel, every fault) is run by hand.
"""

from __future__ import annotations

import math

import pytest
from bench.scale import Phase, standing
from crowd import THEME
from machines import NGINX, Ports
from test_redis import publish_theme

import redis_server

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
        redis_server.wait(lambda host=host: host.ready().get("snapshot") == 2, 10)
        assert "几台机器的主题" in scene.crowd.ask_one(THEME[0], "after", host.send).replies[0], host.name
