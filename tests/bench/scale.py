"""Several machines, their proxy and their Redis, under load while parts of it die. One command a run; exit 1 where a promise is broken.

    python tests/bench/scale.py kill         # a worker host is killed, frozen, cut off; killed while Redis is away
    python tests/bench/scale.py redis        # Redis is killed, frozen, full, read-only, cut off, restarted empty
    python tests/bench/scale.py failover     # the primary is killed, frozen, cut off: Sentinel promotes the replica
    python tests/bench/scale.py publish      # the staff publish: how long until each host answers from it
    python tests/bench/scale.py figures      # bytes in Redis and on the network, commands, processor time for a message
    python tests/bench/scale.py all --hosts 3 --seconds 30 --rate 100

Each phase lasts ``--seconds``: its fault strikes after a sixth of it and is mended after two thirds. The machines stand in
network namespaces of their own where `unshare` may make them (root, or where users may), else on ports of this machine.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import itertools
import math
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
from crowd import THEME, Crowd, Message, counted, without_a_line  # noqa: E402
from machines import SECRET, Host, Namespaces, Ports, Proxy, apart  # noqa: E402

from redis_server import Server, wait  # noqa: E402

FAULT_P99 = 500  # milliseconds, whatever happens to Redis
SPREAD = 2.0  # seconds until every host answers from a new version
Act = Callable[[], object]


def nothing() -> None: ...


@dataclasses.dataclass(frozen=True)
class Phase:
    """What happens in it, and what may come of that."""

    name: str
    strike: Act = nothing
    mend: Act = nothing
    p99: float = 5000.0  # milliseconds at most
    may_forget: bool = False  # follow-ups may be answered without what was said before
    may_lose: bool = False  # lines of the journal may be lost with a killed host


class Scene:
    """The machines of a run: Redis, worker hosts that follow, the staff's host, the proxy, the crowd."""

    def __init__(self, folder: Path, net: Ports | Namespaces) -> None:
        self.net, self.folder, self.broken = net, folder, list[str]()
        self.servers, self.hosts, self._ending = list[Server](), list[Host](), contextlib.ExitStack()

    def begin(self, hosts: int, replicas: bool) -> None:
        """Start everything, and wait until each host answers from what the staff have published."""
        self.redis = self._redis("redis")
        url = self._under_sentinels() if replicas else self.redis.url
        self.staff = self._host("staff", REDIS_URL=url)
        self.hosts = [self._host(f"host{number}", REDIS_URL=url, DESK="0") for number in range(1, hosts + 1)]
        wait(self.well, 60)
        wait(lambda: all(one.ready().get("digest") == self.staff.ready().get("digest") for one in self.hosts))
        self.proxy = Proxy(self.folder / "nginx", self.hosts, self.staff)
        self._ending.callback(self.proxy.end)
        self.crowd = Crowd(self.proxy.send)
        print(f"{hosts} worker hosts, one of the staff, nginx, {'Redis with a replica and three Sentinels' if replicas else 'one Redis'}; {self.net.told}; "
              f"load of this machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")

    def well(self) -> bool:
        """Whether every host says so."""
        return all(one.ready().get("status") == "ok" for one in [self.staff, *self.hosts])

    def _host(self, name: str, **settings: str) -> Host:
        host = Host(self.folder / name, name, self.net.place(name), **settings).start()
        self._ending.callback(host.end)
        return host

    def _redis(self, name: str, *options: str, sentinel: str = "") -> Server:
        place = self.net.place(name)
        if not sentinel:
            options = ("--protected-mode", "no", *options)
        server = Server(self.folder / name, *options, sentinel=sentinel, host=place.address, within=place.words)
        self._ending.callback(server.end)
        self.servers.append(server)
        return server

    def _under_sentinels(self) -> str:
        replica = self._redis("replica", "--replicaof", self.redis.host, str(self.redis.port))
        watch = "\n".join(["protected-mode no", f"sentinel monitor bot {self.redis.host} {self.redis.port} 2", "sentinel down-after-milliseconds bot 2000",
                           "sentinel failover-timeout bot 6000"])
        watching = [self._redis(name, sentinel=watch) for name in ("sentinel1", "sentinel2", "sentinel3")]
        wait(lambda: replica.say("ROLE")[3] in (b"connected", "connected"))
        wait(lambda: all(len(one.say("SENTINEL", "REPLICAS", "bot")) == 1 and len(one.say("SENTINEL", "SENTINELS", "bot")) == 2 for one in watching), 30)
        return f"redis+sentinel://{','.join(f'{one.host}:{one.port}' for one in watching)}/bot/0"

    def end(self) -> None:
        self._ending.close()

    def promise(self, kept: bool, said: str) -> None:
        if not kept:
            self.broken.append(said)

    def play(self, phases: list[Phase], seconds: float, rate: float) -> None:
        """Phase by phase, with a line of the table each; then the journal."""
        print(f"{'phase':<34}{'messages':>9}{'sent':>7}{'on two':>7}{'errors':>7}{'5xx':>5}{'no answer':>10}{'differ':>7}{'wrong':>6}{'forgot':>7}"
              f"{'p50':>7}{'p99':>7}{'longest ms':>11}")
        for phase in phases:
            self._tell(phase, self._play(phase, seconds, rate))
        self._journal({phase.name for phase in phases if phase.may_lose})

    def _play(self, phase: Phase, seconds: float, rate: float) -> list[Message]:
        def does(act: Act) -> None:
            try:
                act()
            except Exception as error:
                self.promise(False, f"{phase.name}: {type(error).__name__} {error}")
        acts = [threading.Timer(at, does, [act]) for at, act in ((seconds / 6, phase.strike), (seconds * 2 / 3, phase.mend))]
        for act in acts:
            act.start()
        messages = self.crowd.ask_for(seconds, rate, phase.name)
        for act in acts:
            act.join()
        wait(self.well, 30)
        return messages

    def _tell(self, phase: Phase, messages: list[Message]) -> None:
        found = counted(messages)
        print(f"{phase.name:<34}{found.messages:>9}{found.deliveries:>7}{found.on_two:>7}{found.errors:>7}{found.fives:>5}{found.unanswered:>10}{found.differ:>7}"
              f"{found.wrong:>6}{found.forgotten:>7}{found.p50:>7.0f}{found.p99:>7.0f}{found.longest:>11.0f}", flush=True)
        for promised, held in (("no 5xx", not found.fives), ("every message is answered", not found.unanswered), ("one answer a message", not found.differ),
                               ("no wrong answer", not found.wrong), ("no follow-up forgotten", phase.may_forget or not found.forgotten),
                               (f"p99 at most {phase.p99:.0f} ms", found.p99 <= phase.p99)):
            self.promise(held, f"{phase.name}: {promised}")
        bad = [one for one in messages if one.reasons or len(set(one.replies)) > 1]
        for one in [one for one in bad if not phase.may_forget or len(one.case.turns) == 1][:3]:
            print(f"  {one.case.id} {one.reasons} {one.errors} {[reply[:60] for reply in dict.fromkeys(one.replies)]}")

    def _journal(self, may_lose: set[str]) -> None:
        def found() -> tuple[int, list[Message]]:
            return without_a_line(self.crowd.messages, self.staff.folder, SECRET)
        with contextlib.suppress(AssertionError):
            wait(lambda: not found()[1], 15)
        lines, lost = found()
        answered = sum(bool(one.replies) for one in self.crowd.messages)
        print(f"journal: {answered} messages answered, {lines} lines, {len(lost)} without one" +
              "".join(f"; {name}: {sum(one.phase == name for one in lost)}" for name in sorted({one.phase for one in lost})))
        self.promise(all(one.phase in may_lose for one in lost), "every message answered has its line in the journal")
        self.promise(lines == answered - len(lost), "no line is there twice")


@contextlib.contextmanager
def standing(folder: Path, net: Ports | Namespaces, hosts: int, replicas: bool) -> Iterator[Scene]:
    """A scene until the end of the block."""
    scene = Scene(folder, net)
    try:
        scene.begin(hosts, replicas)
        yield scene
    finally:
        scene.end()


# The runs

def kill(scene: Scene, seconds: float, rate: float) -> None:
    """Worker hosts die, one at a time."""
    first, second, third = scene.hosts[0], scene.hosts[1], scene.hosts[-1]
    phases = [Phase("all well"), Phase("a worker host killed", first.kill, first.start), Phase("a worker host frozen", second.freeze, second.thaw)]
    if isinstance(scene.net, Namespaces):
        phases.append(Phase("a worker host cut off", lambda: scene.net.cut(third.name), lambda: scene.net.join(third.name), may_forget=True))

    def both() -> None:
        scene.redis.kill()
        time.sleep(seconds / 6)
        first.kill()

    def back() -> None:
        first.start()
        scene.redis.start()
    phases.append(Phase("killed while Redis is away", both, back, may_forget=True, may_lose=True))
    scene.play(phases, seconds, rate)


def redis(scene: Scene, seconds: float, rate: float) -> None:
    """Everything that can happen to one Redis (reliability of #27)."""
    it = scene.redis

    def writable() -> None:
        it.say("REPLICAOF", "NO", "ONE")
        it.say("CONFIG", "SET", "maxmemory", "0")
    faults = [("killed", it.kill, it.start), ("frozen", it.freeze, it.thaw), ("full", it.fill, writable), ("read-only", it.make_read_only, writable),
              ("restarted empty", it.restart_empty, nothing)]
    if isinstance(scene.net, Namespaces):
        faults.append(("cut off", lambda: scene.net.cut("redis"), lambda: scene.net.join("redis")))
    scene.play([Phase("all well"), *(Phase(f"Redis {name}", strike, mend, FAULT_P99, may_forget=True) for name, strike, mend in faults)], seconds, rate)


def failover(scene: Scene, seconds: float, rate: float) -> None:
    """The primary fails; Sentinel promotes the other one, and the old one comes back as its replica."""
    def primary() -> Server:
        return next(one for one in scene.servers[:2] if one.say("ROLE")[0] in (b"master", "master"))

    def strike(how: Callable[[Server], object]) -> Act:
        def act() -> None:
            struck.append(primary())
            begun, other = time.monotonic(), next(one for one in scene.servers[:2] if one is not struck[-1])
            how(struck[-1])
            threading.Thread(target=time_it, args=(begun, other), daemon=True).start()
        return act

    def time_it(begun: float, other: Server) -> None:
        with contextlib.suppress(AssertionError):
            wait(lambda: other.say("ROLE")[0] in (b"master", "master"), seconds)
            promoted = time.monotonic() - begun
            wait(lambda: all(one.ready().get("status") == "ok" for one in scene.hosts), seconds)
            took.append((promoted, time.monotonic() - begun))

    def settled() -> None:
        wait(lambda: sorted(one.say("ROLE")[0].decode() for one in scene.servers[:2]) == ["master", "slave"], 30)
    struck, took = list[Server](), list[tuple[float, float]]()
    faults = [("killed", Server.kill, lambda: struck[-1].start()), ("frozen", Server.freeze, lambda: struck[-1].thaw())]
    if isinstance(scene.net, Namespaces):
        faults.append(("cut off", lambda one: scene.net.cut(one.folder.name), lambda: scene.net.join(struck[-1].folder.name)))
    phases = [Phase("all well")]
    for name, how, mend in faults:
        phases += [Phase(f"the primary {name}", strike(how), mend, FAULT_P99, may_forget=True), Phase("  and after", settled, may_forget=True)]
    scene.play(phases, seconds, rate)
    print("from the fault to a new primary, and until every host used it, seconds: " + ", ".join(f"{promoted:.1f} and {used:.1f}" for promoted, used in took))
    scene.promise(len(took) == len(faults), "every fail-over ends, and every host follows")


class Press:
    """The staff's host publishing, and how long each host takes until it answers from that."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.times = scene, list[tuple[int, str, float]]()
        self.first = self.theme = scene.crowd.snapshot.documents[-1].facts["theme"].value

    def publish(self, theme: str, *hosts: Host) -> None:
        """Another theme, by `flask knowledge`; ``hosts`` and the staff's are asked all the time."""
        file = self.scene.folder / "notice.toml"
        self._say("export", str(file))
        file.write_text(file.read_text("utf-8").replace(self.theme, theme), "utf-8")
        self._say("import", str(file), "--replace")
        self._time(theme, hosts, "publish", "--why", "换主题")

    def roll_back(self, *hosts: Host) -> None:
        """The first version again."""
        self._time(self.first, hosts, "roll-back", "1", "--why", "试")

    def _time(self, theme: str, hosts: tuple[Host, ...], *words: str) -> None:
        since, stop, before = dict[str, float](), threading.Event(), self._number()
        with ThreadPoolExecutor(len(hosts) + 2) as pool:
            try:
                for host in (self.scene.staff, *hosts):
                    pool.submit(self._watch, host, theme, since, stop)
                said = pool.submit(self._say, *words)
                wait(lambda: said.done() or self._number() > before, 60)
                at = time.monotonic()
                with contextlib.suppress(AssertionError):
                    wait(lambda: len(since) == len(hosts) + 1, 15)
                said.result()
                time.sleep(2)  # one that goes back to the old theme would show
            finally:
                stop.set()
        self.theme = theme
        self.times += [(self._number(), host.name, since.get(host.name, math.inf) - at) for host in (self.scene.staff, *hosts)]

    def _watch(self, host: Host, theme: str, since: dict[str, float], stop: threading.Event) -> None:
        while not stop.is_set():
            new = self.answers(host, theme)
            if new:
                since.setdefault(host.name, time.monotonic())
            elif host.name in since:
                self.scene.promise(False, f"{host.name} goes back to the old theme")
            time.sleep(0.03)

    def answers(self, host: Host, theme: str) -> bool:
        """Whether the host, asked for the theme, says this one."""
        replies = self.scene.crowd.ask_one(THEME, "published", host.send).replies
        return bool(replies) and theme in replies[0]

    def _number(self) -> int:
        with contextlib.closing(sqlite3.connect(f"file:{self.scene.staff.folder / 'knowledge.db'}?mode=ro", uri=True)) as db:
            return db.execute("SELECT max(number) FROM version").fetchone()[0]

    def _say(self, *words: str) -> None:
        done = self.scene.staff.command("knowledge", *words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)


def publish(scene: Scene, seconds: float, rate: float) -> None:
    """The staff publish a new theme, take it back, and publish while a host is away."""
    press, last = Press(scene), scene.hosts[-1]

    def away() -> None:
        last.kill()
        press.publish("第三个主题", *scene.hosts[:-1])
        last.start()
        wait(lambda: last.ready().get("status") == "ok", 20)
        scene.promise(press.answers(last, press.theme), "a host that was away answers from the new version at once")
    phases = [Phase("all well"), Phase("a new theme", lambda: press.publish("第二个主题", *scene.hosts)),
              Phase("rolled back", lambda: press.roll_back(*scene.hosts)), Phase("published while a host is away", away)]
    scene.play(phases, seconds, rate)
    for version, told in itertools.groupby(press.times, key=lambda one: one[0]):
        print(f"version {version} is answered from after, seconds: " + ", ".join(f"{host} {took:.2f}" for _, host, took in told))
    scene.promise(len(press.times) == 3 * len(scene.hosts) + 2, "every publication ends")
    scene.promise(all(took <= SPREAD for _, _, took in press.times), f"every host answers from what is published within {SPREAD:.0f} s")


def figures(scene: Scene, seconds: float, rate: float) -> None:
    """What a message costs, with the staff's host frozen so that the journal's lines stay in Redis."""
    scene.play([Phase("warm")], seconds / 3, rate)
    scene.staff.freeze()
    begun = _reading(scene)
    time.sleep(seconds / 2)
    idle = _reading(scene)
    messages = scene.crowd.ask_for(seconds, rate, "figures")
    after, found = _reading(scene), counted(messages)
    keys = [bytes(one).decode() for one in scene.redis.say("KEYS", "cqb:*")]
    askers = [scene.redis.say("MEMORY", "USAGE", one) for one in keys if ":asker:" in one]
    lines = sum(scene.redis.say("XLEN", one) for one in keys if one.endswith(":journal"))
    streams = sum(scene.redis.say("MEMORY", "USAGE", one, "SAMPLES", "0") for one in keys if one.endswith(":journal"))
    print(f"{found.messages} messages, {found.deliveries} deliveries, p50 {found.p50:.1f} ms, p99 {found.p99:.1f} ms")
    print(f"Redis: an asker's record {sum(askers) / len(askers):.0f} bytes ({max(askers)} the largest), a line of the journal {streams / lines:.0f} bytes")
    took = after["seconds"] - idle["seconds"]
    for name in [name for name in after if name != "seconds"]:
        resting = (idle.get(name, 0) - begun.get(name, 0)) / (idle["seconds"] - begun["seconds"])
        print(f"{name}: {(after[name] - idle.get(name, 0) - resting * took) / found.deliveries:.3f} a delivery, and {resting:.2f} a second at rest")
    scene.staff.thaw()
    scene.broken.clear()  # nothing is promised here


def _reading(scene: Scene) -> dict[str, float]:
    """What runs on while messages come, in counts, bytes, and milliseconds of processor."""
    stats = scene.redis.say("INFO", "everything")
    ticks = 1000 / os.sysconf("SC_CLK_TCK")
    found = {"seconds": time.monotonic(), "Redis' commands": float(stats["total_commands_processed"]), "Redis' processor ms": 1000 * (stats["used_cpu_sys"] + stats["used_cpu_user"])}
    found |= {f"  {name.removeprefix('cmdstat_')}": float(one["calls"]) for name, one in stats.items() if name.startswith("cmdstat_")}
    found["hosts' processor ms"] = sum(ticks * _ticks(pid) for host in scene.hosts for pid in _family(host.process.pid))
    found["nginx' processor ms"] = sum(ticks * _ticks(pid) for pid in _family(scene.proxy._process.pid))
    if isinstance(scene.net, Namespaces):
        found["bytes to Redis"], found["bytes from Redis"] = map(float, reversed(scene.net.sent("redis")))
        pairs = [scene.net.sent(host.name) for host in scene.hosts]
        found["bytes from worker hosts"], found["bytes to worker hosts"] = (float(sum(pair[way] for pair in pairs)) for way in (0, 1))
    return found


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _ticks(pid: int) -> int:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


RUNS = {one.__name__: one for one in (kill, redis, failover, publish, figures)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=[*RUNS, "all"])
    parser.add_argument("--hosts", type=int, default=3, choices=range(2, 5))
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--ports", action="store_true", help="no namespaces")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.inside and not arguments.ports and (words := apart()):
        os.execvp(words[0], [*words, sys.executable, *sys.argv, "--inside"])
    net, broken = Namespaces() if arguments.inside else Ports(), list[str]()
    for name in RUNS if arguments.what == "all" else [arguments.what]:
        print(f"\n== {name}")
        broken += _run(name, net, arguments)
    print("\nkept" if not broken else "\nBROKEN\n" + "\n".join(broken))
    return int(bool(broken))


def _run(name: str, net: Ports | Namespaces, arguments: argparse.Namespace) -> list[str]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, standing(Path(folder), net, arguments.hosts, name == "failover") as scene:
        RUNS[name](scene, arguments.seconds, arguments.rate)
        return [f"{name}: {one}" for one in scene.broken]


if __name__ == "__main__":
    sys.exit(main())
