"""How an answer, the index and its file grow with the entries: 100, 1,000, 10,000, 100,000.

    python tests/bench/growth.py                     # as knowledge bases grow: notice by notice, each with things of its own
    python tests/bench/growth.py --sizes 100 1000    # … only so far

The time is CPU per question through the whole pipeline (no web, no disk, no answer kept from before), about the notice's
own things and about those of the clones, the best of some rounds; ratios are to the smallest. For comparison
the worst case, in which the entries are clones with the same cues and all want to answer the same questions. Every size
has a process of its own that builds the index, and another that reads its file, as workers do.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent), str(HERE)]
import grown  # noqa: E402
import load  # noqa: E402
import questions  # noqa: E402

from handlers.conversation import Conversation  # noqa: E402
from handlers.pipeline import reply  # noqa: E402
from knowledge import compiled  # noqa: E402
from knowledge.index import Index  # noqa: E402
from knowledge.snapshot import Snapshot  # noqa: E402

SIZES = {"notices": (100, 1_000, 10_000, 100_000), "rivals": (100, 1_000, 10_000)}
ROUNDS = 5


def build(kind: str, size: int, folder: Path) -> dict:
    """What it takes to build the index and to leave its file in ``folder``."""
    document, *_ = grown.KINDS[kind](size)
    begun = time.process_time()
    compiled.index_for(_key(kind, size), folder, lambda: Index(document))
    [path] = folder.glob(f"*{compiled.SUFFIX}")
    return {"build_s": time.process_time() - begun, "build_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "file_mb": path.stat().st_size / (1 << 20)}


def ask(kind: str, size: int, folder: Path) -> dict:
    """What it takes to read the file, and to answer from it."""
    document, about_ours, about_theirs = grown.KINDS[kind](size)
    gc.collect()
    before, begun = _resident(), time.process_time()
    index = compiled.index_for(_key(kind, size), folder, _no_file)
    read = time.process_time() - begun
    gc.collect()
    held = _resident() - before
    gc.freeze()
    snapshot = grown.snapshot_of(document, index)
    found = {name: _answers(asked, snapshot) for name, asked in (("ours", about_ours), ("theirs", about_theirs)) if asked}
    return {"kind": kind, "size": len(document.entries), "read_s": read, "index_mb": held, **found}


def _answers(asked: list[grown.Question], snapshot: Snapshot) -> dict:
    """Microseconds of CPU per question, and which share was answered by the entry that should."""
    best, right = [float("inf")] * len(asked), 0
    for _ in range(ROUNDS):
        for place, one in enumerate(asked):
            begun = time.thread_time_ns()
            answer, _ = reply(one.text, Conversation(), snapshot, questions.NOON)
            best[place] = min(best[place], time.thread_time_ns() - begun)
            right += answer.entry == one.entry
    return {"us": sum(best) / len(asked) / 1e3, "right": right / len(asked) / ROUNDS, "questions": len(asked)}


def _key(kind: str, size: int) -> bytes:
    return f"{kind} {size}".encode()


def _no_file() -> Index:
    raise SystemExit("the index was not built before")


def _resident() -> float:
    import os
    return load.memory_of([os.getpid()])["rss"]


def measure(kind: str, size: int) -> dict:
    """Both, in processes of their own."""
    with tempfile.TemporaryDirectory() as folder:
        built, asked = (json.loads(subprocess.run([sys.executable, __file__, "--only", what, kind, str(size), folder], capture_output=True, text=True, check=True).stdout) for what in ("build", "ask"))
    return {**asked, **built}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", help="only these")
    parser.add_argument("--kind", choices=grown.KINDS, help="only this one")
    parser.add_argument("--json", type=Path, help="write the findings there, one a line")
    parser.add_argument("--only", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        what, kind, size, folder = arguments.only
        print(json.dumps({"build": build, "ask": ask}[what](kind, int(size), Path(folder))))
        return 0
    results = []
    for kind in (arguments.kind,) if arguments.kind else SIZES:
        own = [measure(kind, size) for size in SIZES[kind] if not arguments.sizes or size in arguments.sizes]
        for one in own:
            one["ratio"] = {name: one[name]["us"] / own[0]["ours"]["us"] for name in ("ours", "theirs") if name in one}
            show(one)
        results += own
    if arguments.json:
        arguments.json.write_text("".join(json.dumps(one) + "\n" for one in results))
    return 0


def show(one: dict) -> None:
    asked = "; ".join(f"{name} {one[name]['us']:.0f} µs = {one['ratio'][name]:.2f} ×, {one[name]['right']:.0%} right" for name in one["ratio"])
    print(f"{one['kind']:<8}{one['size']:>8,} entries: {asked}; index {one['index_mb']:.0f} MB, built in {one['build_s']:.1f} s with {one['build_mb']:.0f} MB, "
          f"file {one['file_mb']:.1f} MB read in {one['read_s']:.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
