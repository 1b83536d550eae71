"""The figures of a run as charts and tables in docs/: reads what the measurements left in a folder.

    python tests/bench/charts.py FOLDER       # docs/speed-*.svg, and the tables of docs/performance.md between their marks

A measurement that is not in the folder leaves its charts and tables as they are.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from svg import Bar, Curve, bars, curves  # noqa: E402

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "performance.md"
RATE = {"plain": 0.65, "safe": 0.75}  # aims: of the echo's throughput
ABOVE_US, START_S, WORKER_MB, PUBLISH_S = 100, 0.8, 70, 2.0
GROWN = {10_000: 2.0, 100_000: 6.0}  # times the time of 100 entries
SAID = {"echo": "echo", "new": "new questions", "repeated": "repeated questions", "often": "the most asked", "ours": "ours"}
BESIDE = ("repeated", "often")
Found = dict[str, list[dict]]  # measurement → its lines


def read(folder: Path) -> Found:
    """What each measurement left, by its name."""
    return {path.stem: [json.loads(line) for line in path.read_text().splitlines()] for path in sorted(folder.glob("*.json"))}


# Charts

def throughput(found: Found) -> str:
    rows: list[Bar | None] = []
    for one in found["webhook"]:
        rows += [None, *(Bar(f"{one['mode']}, {_workers(one)}", ((SAID[kind], ratio["median"]),), f"{ratio['median']:.2f}", RATE[one["mode"]]) for kind, ratio in one["ratio"].items())]
    return bars("Messages a second, as a share of the bare echo's", rows[1:], "Red: the aim. Closed loop, the same server, rounds that take turns.", whole=1.0)


def latency(found: Found) -> str:
    rows: list[Bar | None] = []
    for one in found["webhook"]:
        for each in one["open"]:
            for name in ("echo", "new"):
                p50, p99 = (each[name][key] * 1e3 for key in ("p50", "p99"))
                rows.append(Bar(f"{one['mode']} {one['workers']}w {each['share']:.0%} {name}", (("p50", p50), ("p99", p99 - p50)), f"{p50:.1f} / {p99:.1f}"))
            rows.append(None)
    return bars("Latency p50 / p99 at a fixed arrival rate, ms", rows[:-1], "w: workers. %: of what ours can take at most; the echo at the same rate.")


def steps(found: Found) -> str:
    rows: list[Bar | None] = []
    for one in found["steps"]:
        rows += [Bar(f"{one['mode']}: echo", (("echo", one["echo_us"]),), f"{one['echo_us']:.0f}"),
                 Bar(f"{one['mode']}: ours", tuple(one["steps_us"].items()), f"{one['new_us']:.0f}"), None]
    return bars("CPU of one message in process, µs", rows[:-1], "Questions that nobody asked before.")


def growth(found: Found) -> str:
    def line(kind: str, name: str) -> tuple[tuple[float, float], ...]:
        return tuple((one["size"], one["ratio"][name]) for one in found["growth"] if one["kind"] == kind and name in one["ratio"])
    return curves("CPU of a question beside that with 100 entries",
                  [Curve("about the notice's own things", line("notices", "ours")), Curve("about the things of other notices", line("notices", "theirs")),
                   Curve("worst case: all entries want the same questions", line("rivals", "ours"))], list(GROWN.items()), "Entries. Red: the aims.")


CHARTS: dict[str, tuple[str, Callable[[Found], str]]] = {
    "throughput": ("webhook", throughput), "latency": ("webhook", latency), "steps": ("steps", steps), "growth": ("growth", growth),
}


# Tables

def table(head: str, rows: list[list[object]]) -> str:
    """A table in Markdown; ``head`` has its columns parted by bars."""
    return "\n".join([f"| {head} |", "| " + " | ".join("---" for _ in head.split(" | ")) + " |", *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def aims(found: Found) -> str:
    """Each aim with what was measured; of what was not, there is no row."""
    each = (("webhook", _of_throughput), ("steps", _of_cpu), ("growth", _of_growth), ("start", _of_start), ("webhook", _of_memory), ("publish", _of_publishing))
    return table("what | aim | measured | | beside", [row for name, rows in each for one in found.get(name, ()) for row in rows(one)])


def _of_throughput(one: dict) -> list[list[str]]:
    beside = ", ".join(f"{one['ratio'][kind]['median']:.2f} with {SAID[kind]}" for kind in BESIDE if kind in one["ratio"])
    least = RATE[one["mode"]]
    return [_row(f"{one['mode']} mode, {_workers(one)}: share of the echo's throughput", f"≥ {least}", one["ratio"]["new"]["median"], ".2f", one["ratio"]["new"]["median"] >= least, beside)]


def _of_cpu(one: dict) -> list[list[str]]:
    above = one["new_us"] - one["echo_us"]
    return [_row(f"{one['mode']} mode: CPU above the echo's, in process", f"≤ {ABOVE_US} µs", above, ".0f", above <= ABOVE_US, ", ".join(f"{one[f'{kind}_us'] - one['echo_us']:.0f} with {SAID[kind]}" for kind in BESIDE))]


def _of_growth(one: dict) -> list[list[str]]:
    if one["kind"] != "notices" or one["size"] not in GROWN:
        return []
    times, most = max(one["ratio"].values()), GROWN[one["size"]]
    return [_row(f"{one['size']:,} entries: time beside that of 100", f"≤ {most:g} ×", times, ".2f", times <= most, "the slower sort of question")]


def _of_start(one: dict) -> list[list[str]]:
    beside = f"`import flask, wechatpy` alone {one['import flask, wechatpy']:.2f}; the successor of a killed worker {one['the successor of a killed worker']:.2f}"
    return [_row("start to first reply, `make serve`", f"≤ {START_S} s", one["make serve"], ".2f", one["make serve"] <= START_S, beside)]


def _of_memory(one: dict) -> list[list[str]]:
    ours = one["memory"]["ours"]
    return [_row(f"{one['mode']} mode, {_workers(one)}: memory of a worker", f"≤ {WORKER_MB} MB", ours["rss"], ".0f", ours["rss"] <= WORKER_MB, f"{ours['pss']:.0f} with shared pages split")]


def _of_publishing(one: dict) -> list[list[str]]:
    return [_row("publishing at the desk", f"≤ {PUBLISH_S:g} s", one["publish_s"], ".2f", one["publish_s"] <= PUBLISH_S, f"all workers {one['workers_s']:.2f} later")]


def _row(what: str, aim: str, value: float, form: str, held: bool, beside: str) -> list[str]:
    return [what, aim, f"{value:{form}}", "kept" if held else "**missed**", beside]


def rates(found: Found) -> str:
    rows = []
    for one in found["webhook"]:
        for name, each in one["closed"].items():
            ratio = one["ratio"].get(name)
            rows.append([one["mode"], one["workers"], SAID[name], f"{each['rate']:,.0f}", f"{ratio['median']:.2f} ({ratio['least']:.2f}–{ratio['most']:.2f})" if ratio else "1",
                         f"{each['p50'] * 1e3:.2f}", f"{each['p99'] * 1e3:.2f}", f"{each['cpu_us']:.0f}", f"{each['errors']:.0f}"])
    return table("mode | workers | what | messages/s | of the echo's (rounds) | p50 ms | p99 ms | CPU µs a message | errors", rows)


def waits(found: Found) -> str:
    rows = [[one["mode"], one["workers"], f"{each['share']:.0%} = {each['rate']:,.0f}/s", f"{each['echo']['p50'] * 1e3:.2f} / {each['echo']['p99'] * 1e3:.2f}",
             f"{each['new']['p50'] * 1e3:.2f} / {each['new']['p99'] * 1e3:.2f}", f"{(each['new']['p50'] - each['echo']['p50']) * 1e3:+.2f} / {(each['new']['p99'] - each['echo']['p99']) * 1e3:+.2f}"]
            for one in found["webhook"] for each in one["open"] if "new" in each]
    return table("mode | workers | arrivals | echo p50 / p99 ms | ours p50 / p99 ms | above the floor ms", rows)


def memory(found: Found) -> str:
    return table("mode | workers | echo: resident / shared pages split, MB | ours: resident / shared pages split, MB",
                 [[one["mode"], one["workers"], *(f"{one['memory'][name]['rss']:.0f} / {one['memory'][name]['pss']:.0f}" for name in ("echo", "ours"))] for one in found["webhook"]])


def parts(found: Found) -> str:
    modes = {one["mode"]: one for one in found["steps"]}
    names = max((list(one["steps_us"]) for one in modes.values()), key=len)
    rows = [[name, *(f"{one['steps_us'][name]:.1f}" if name in one["steps_us"] else "" for one in modes.values())] for name in names]
    rows += [[f"**ours, {SAID[kind]}**", *(f"**{one[f'{kind}_us']:.0f}**" for one in modes.values())] for kind in ("new", *BESIDE)]
    rows.append(["the echo", *(f"{one['echo_us']:.0f}" for one in modes.values())])
    return table("step | " + " | ".join(f"{mode}, µs" for mode in modes), rows)


def starts(found: Found) -> str:
    return table("what starts | seconds to the first reply", [[name, f"{seconds:.2f}"] for one in found["start"] for name, seconds in one.items()])


def sizes(found: Found) -> str:
    rows = [[{"notices": "other notices", "rivals": "worst case"}[one["kind"]], f"{one['size']:,}", *(f"{one[name]['us']:.0f} = {one['ratio'][name]:.2f} ×" if name in one else "" for name in ("ours", "theirs")),
             f"{one['index_mb']:.0f}", f"{one['file_mb']:.1f}", f"{one['read_s']:.2f}", f"{one['build_s']:.1f}", f"{one['build_mb']:.0f}"] for one in found["growth"]]
    return table("grown by | entries | own things, µs | others' things, µs | index MB | file MB | read s | built s | building MB", rows)


def machine(found: Found) -> str:
    return f"Measured on {found['webhook'][0]['machine']}."


TABLES: dict[str, tuple[str, Callable[[Found], str]]] = {
    "aims": ("", aims), "machine": ("webhook", machine), "rates": ("webhook", rates), "waits": ("webhook", waits), "memory": ("webhook", memory),
    "steps": ("steps", parts), "starts": ("start", starts), "sizes": ("growth", sizes),
}


def _workers(one: dict) -> str:
    return f"{one['workers']} worker{'s' if one['workers'] > 1 else ''}"


def between(page: str, name: str, text: str) -> str:
    """The page with ``text`` between the marks of that name."""
    marks = rf"(<!-- figures: {name} -->\n).*?(<!-- end of figures -->)"
    assert re.search(marks, page, re.S), f"{PAGE.name} has no place for {name}"
    return re.sub(marks, lambda found: f"{found[1]}{text}\n{found[2]}", page, flags=re.S)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    found = read(parser.parse_args().folder)
    for name, (needs, draw) in CHARTS.items():
        if needs in found:
            (DOCS / f"speed-{name}.svg").write_text(draw(found), "utf-8")
    page = PAGE.read_text("utf-8")
    for name, (needs, write) in TABLES.items():
        if not needs or needs in found:
            page = between(page, name, write(found))
    PAGE.write_text(page, "utf-8")
    print(f"charts and tables of {', '.join(found)} are in {DOCS.name}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
