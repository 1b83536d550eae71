"""From pressing 发布 to the new words in WeChat's replies, over real HTTP, with every worker asked.

    python tests/bench/publish.py                        # as `make serve`: 2 workers; 5 publications
    python tests/bench/publish.py --rounds 20 --workers 4

Each round: an answer is edited in the desk, published, and asked over signed HTTP until ``SURE`` replies in a row, each on
a connection of its own, have the new words. Bars: publishing under 2 s, the workers under 2 s more; missed, the exit is 1.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import itertools
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent), str(HERE)]
import desk_client as staff  # noqa: E402
import load  # noqa: E402
import webhook  # noqa: E402

import wechat_client as wechat  # noqa: E402

PUBLISHED, SEEN = 2.0, 2.0  # bars, in seconds
SURE = 24  # replies in a row that must have the new words: every worker has answered by then
ENTRY, QUESTION = "fee_apply", "申报费多少钱"
ASKERS = itertools.count()


class Desk:
    """A browser at the desk."""

    def __init__(self, address: str) -> None:
        self.address, self.opener = address, build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.post("/desk/sign-in", {"name": "主任", "password": staff.PASSWORD}, "/desk/sign-in")

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=30) as answer:
            return answer.read().decode()

    def post(self, path: str, form: dict, page: str = "/desk/me") -> str:
        body = urlencode({"csrf": staff.token(self.get(page))} | form).encode()
        with self.opener.open(Request(self.address + path, body, {"Sec-Fetch-Site": "same-origin"}), timeout=30) as answer:
            return answer.read().decode()


def said(address: str) -> str:
    """The reply to the question, from another asker each time."""
    person = f"oBench{next(ASKERS):022d}"
    body = wechat.text(QUESTION, openid=person).encode()
    with urlopen(Request(f"{address}/wechat?{urlencode(wechat.query(openid=person))}", body, {"Content-Type": "text/xml"}), timeout=10) as answer:
        return answer.read().decode()


def round_of(desk: Desk, words: str) -> tuple[float, float]:
    """Seconds that 发布 took, and from then until every worker has the words."""
    path = f"/desk/entries/{ENTRY}"
    form = {name: value for name, value in staff.fields(desk.get(path)).items() if name not in ("csrf", "action", "insert")}
    desk.post(path, form | {"more": words, "action": "save"})
    page = desk.get("/desk/publish")  # as staff do: the problems are looked at first
    revision = staff.fields(page)["revision"]
    token = staff.token(page)
    begun = time.perf_counter()
    answer = desk.opener.open(Request(f"{desk.address}/desk/publish", urlencode({"csrf": token, "why": "量一量", "revision": revision if isinstance(revision, str) else revision[0]}).encode(),
                                      {"Sec-Fetch-Site": "same-origin"}), timeout=30)
    published = time.perf_counter()
    assert "已发布" in answer.read().decode()
    seen, last = 0, published
    while seen < SURE:
        fresh = words in said(desk.address)
        seen, last = (seen + 1, last) if fresh else (0, time.perf_counter())
        if time.perf_counter() - published > 30:
            raise SystemExit("after 30 s the new words are not there")
    return published - begun, last - published


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the findings there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        staff.made(Path(data))
        server = webhook.started(load.OURS, data, safe=False, workers=arguments.workers)
        try:
            desk = Desk(f"http://127.0.0.1:{server.port}")
            found = [round_of(desk, f"量{'甲乙丙丁'[number % 4]}第{'一二三四五六七八九十'[number // 4 % 10]}回。") for number in range(arguments.rounds)]
        finally:
            server.stop()
    for name, times, bar in (("publish", [one for one, _ in found], PUBLISHED), ("workers", [other for _, other in found], SEEN)):
        print(f"{name}: median {statistics.median(times):.2f} s, worst {max(times):.2f} s (bar {bar:.0f} s), {len(times)} publications, {arguments.workers} workers")
    if arguments.json:
        arguments.json.write_text(json.dumps({"publish_s": statistics.median(one for one, _ in found), "workers_s": statistics.median(other for _, other in found), "rounds": len(found)}) + "\n")
    sys.exit(max(one for one, _ in found) >= PUBLISHED or max(other for _, other in found) >= SEEN)


if __name__ == "__main__":
    main()
