"""kill -9 at any moment of a publication (#22–#24): version n or n+1, nothing half-published, nothing acknowledged lost.

CRASHES=1000 for a long run; CRASH_SEED repeats one.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from knowledge import publish, snapshot, store

ROOT = Path(__file__).parents[1]
CRASHES = int(os.environ.get("CRASHES", "25"))
SEED = int(os.environ.get("CRASH_SEED", random.SystemRandom().randrange(10**6)))
PUBLISHER = """
import pathlib, sys
from knowledge import store
kept = store.open_store(pathlib.Path(sys.argv[1]))
while True:
    now = store.in_force(kept).get(2025)
    number = now.number if now else 0
    text = f"{number + 1}," * 12_000
    draft = store.read_draft(kept, 2025)
    revision = store.write_draft(kept, 2025, text, number or None, draft.revision if draft else 0, "x").revision
    made = store.add_version(kept, 2025, text, "x", "x", expected=number or None, draft=revision)
    print(made.number, flush=True)
"""


def killed(data: Path, moment: float) -> int:
    """The last version that was acknowledged by a publisher killed so many seconds after its first."""
    worker = subprocess.Popen([sys.executable, "-c", PUBLISHER, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    first = worker.stdout.readline()
    time.sleep(moment)
    worker.kill()
    rest = worker.stdout.read().split("\n")
    worker.wait()
    return int((rest[-2:-1] or [first])[0])


def whole(kept: store.Store, acknowledged: int) -> None:
    """What a reader finds is one whole version, the acknowledged one or the next, with all before it."""
    force = store.in_force(kept)[2025].number
    assert force in (acknowledged, acknowledged + 1)
    assert [one.number for one in store.history(kept)] == list(range(force, 0, -1))
    for number in {force, acknowledged, random.randrange(1, force + 1)}:
        assert store.text_of(kept, number) == f"{number}," * 12_000
    with sqlite3.connect(kept.path) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    draft = store.read_draft(kept, 2025)
    assert draft is None or draft.text == f"{force + 1}," * 12_000


def test_a_killed_publisher_leaves_a_whole_version(tmp_path):
    print(f"CRASH_SEED={SEED}")
    chance, inside = random.Random(SEED), 0
    for crash in range(CRASHES):
        data = tmp_path / str(crash // 50)  # a fresh store now and then, for the disk's sake
        data.mkdir(exist_ok=True)
        acknowledged = killed(data, chance.uniform(0, 0.04))
        inside += Path(f"{data / store.FILE}-journal").exists()
        whole(store.open_store(data), acknowledged)
    assert inside >= 0.3 * CRASHES, f"only {inside} of {CRASHES} kills hit a transaction: they prove nothing"


REAL = """
import pathlib, sys
from knowledge import draft, paths, publish, store
kept = store.open_store(pathlib.Path(sys.argv[1]))
publish.bring_in_packaged(kept)
print("begun", flush=True)
for number in range(1_000):
    opened = draft.open_draft(kept, 2025)
    theme = f"主题{store.in_force(kept)[2025].number}"
    draft.save_draft(kept, 2025, paths.put(opened.document, "facts.theme.value", theme), opened.revision, "王编")
    print(publish.publish(kept, 2025, "王编", "试", lambda document, trial: []).number, flush=True)
"""


def test_after_a_killed_publication_the_notice_is_answered_from_at_once(tmp_path):
    worker = subprocess.Popen([sys.executable, "-c", REAL, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "begun\n"
    acknowledged = [int(worker.stdout.readline()) for _ in range(2)][-1]
    time.sleep(random.Random(SEED).uniform(0, 0.5))
    worker.kill()
    acknowledged = int(([str(acknowledged)] + worker.stdout.read().split())[-1])
    worker.wait()
    now = snapshot.current(tmp_path)
    assert not now.degraded and now.version in (acknowledged, acknowledged + 1)
    assert now.documents[0].facts["theme"].value == f"主题{now.version - 1}"
    assert publish.document(store.open_store(tmp_path), now.version).facts == now.documents[0].facts
