"""The measuring itself: questions that are really new, knowledge bases that are really larger, load that is counted right, figures that reach the page."""

from __future__ import annotations

import http.server
import itertools
import sys
import threading
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

sys.path.insert(0, str(Path(__file__).parent / "bench"))
import charts  # noqa: E402
import grown  # noqa: E402
import load  # noqa: E402
import questions  # noqa: E402
import steps  # noqa: E402
import svg  # noqa: E402

from knowledge.concepts import all_concepts  # noqa: E402
from knowledge.text import normalise, squeeze  # noqa: E402


def test_new_questions_differ_from_all_before_and_mean_the_same():
    known = questions.texts()
    asked = list(itertools.islice(questions.new(), 3 * len(known)))
    assert len(set(asked)) == len(asked) > 6_000
    said = [squeeze(normalise(text).text).rstrip("。~!") for text in asked]
    assert said[: len(known)] == said[len(known) : 2 * len(known)] == [squeeze(normalise(text).text).rstrip("。~!") for text in known]


def test_repeated_questions_are_repeated():
    asked = list(itertools.islice(questions.repeated(), 3_000))
    assert asked.count(questions.texts()[0]) > 100 and len(set(asked)) < len(asked) / 2


@pytest.mark.parametrize("size", [grown.SMALL, 446, 1_000])
def test_a_larger_knowledge_base_has_things_of_its_own(size):
    document, about_ours, about_theirs = grown.grown(size)
    assert len(document.entries) == size and all(one.entry in document.entries for one in (*about_ours, *about_theirs))
    known = all_concepts(document)
    ours = {word for name, one in known.items() if not name[-1].isdigit() for word in one.words}
    theirs = {word for name, one in known.items() if name.endswith("_1") for word in one.words}
    assert size < 1_000 or theirs and about_theirs and len(theirs & ours) < len(theirs) / 100


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/good" else 500)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize("rate", [None, 5_000.0])
def test_each_message_is_answered_once_and_what_is_no_200_is_an_error(port, rate):
    messages = [load.get("/good"), load.get("/bad")] * 20
    found = load.drive(port, messages, seconds=60 if rate is None else 0.004, connections=3, rate=rate)
    assert 0 < found["messages"] <= 40 and 0 <= found["messages"] - 2 * found["errors"] <= 3
    assert rate is not None or (found["messages"], found["errors"]) == (40, 20)


def test_a_clock_counts_calls_within_calls_once():
    clock = steps.Clock()
    inner = clock.around(lambda: 1)
    assert clock.around(lambda: inner() + inner())() == 2 and clock.calls == 1


def test_every_place_that_is_timed_is_there():
    assert all(name in owner if isinstance(owner, dict) else hasattr(owner, name) for places in steps.steps().values() for owner, name in places)


def test_figures_stand_between_their_marks():
    page = "a\n<!-- figures: one -->\nold\n<!-- end of figures -->\nb\n<!-- figures: two -->\n<!-- end of figures -->\n"
    assert charts.between(page, "one", "| new |") == page.replace("old", "| new |")
    for name in charts.TABLES:
        charts.between(charts.PAGE.read_text("utf-8"), name, "")


def test_charts_are_whole_and_the_same_for_the_same_figures():
    rows = [svg.Bar("one & two", (("a", 1.0), ("b", 2.5)), "3.5", 3.0), None, svg.Bar("three", (("a", 0.0),), "0")]
    lines = [svg.Curve("all", ((100, 1.0), (1_000, 1.5)))]
    for draw in (lambda: svg.bars("t", rows, "n"), lambda: svg.curves("t", lines, [(1_000, 2.0)])):
        assert draw() == draw() and ET.fromstring(draw()).get("viewBox").startswith("0 0 480 ")
