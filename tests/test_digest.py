"""The weekly digest: what was asked most, by people, with the answers, ready to paste."""

from __future__ import annotations

import time

import pytest

from bot import create_app, digest, journal
from bot.store import Store, transaction
from knowledge.snapshot import packaged

DAY = 86400
CLOCK = 1745121600.0  # 2025-04-20 12:00 in Shanghai


def row(entry: str, person: bytes, days_ago: float = 1, outcome: str = "answered", clock: float = CLOCK) -> journal.Row:
    return journal.Row(int(clock - days_ago * DAY), person, "问", "fact", entry, outcome, 1)


def write(store: Store, rows: list[journal.Row]) -> None:
    def work(db):
        with transaction(db):
            for one in rows:
                journal.write(db, one)
    store.use(work)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "bot.db")


def test_people_count_before_messages(store):
    write(store, [*(row("quota_rule", b"one") for _ in range(9)), row("contact", b"one"), row("contact", b"two"), row("contact", b"three", 6.9)])
    made = digest.of_week(store, packaged(), CLOCK)
    assert [(one.entry, one.times, one.people) for one in made.asked] == [("contact", 3, 3), ("quota_rule", 9, 1)]
    assert made.text.index("联系方式") < made.text.index("名额怎么分配")


def test_only_this_week_and_only_what_may_be_forwarded(store):
    write(store, [row("contact", b"a", 8), row("hello", b"a", 1, "chat"), row("gone_entry", b"a"), row("", b"a", 1, "not_understood"), row("fee_apply", b"a", 1, "not_stated")])
    made = digest.of_week(store, packaged(), CLOCK)
    assert [one.entry for one in made.asked] == ["fee_apply"] and made.messages == 4 and made.not_understood == 1


def test_the_text_is_ready_to_paste(store):
    write(store, [row("apply_window", b"a"), row("quota_rule", b"b")])
    text = digest.of_week(store, packaged(), CLOCK).text
    assert text.startswith("【2025年行业优秀成果申报】本周问得最多的问题（4月14日至4月20日）")
    assert "1. " in text and "（Q1）" in text and "依据：正文 二" in text and "qccpcif@126.com" in text and text.endswith(f"v{packaged().version}")


@pytest.mark.parametrize("days,said", [(7, "本周"), (14, "最近14天"), (30, "最近30天")])
def test_the_text_says_how_far_back_it_goes(store, days, said):
    write(store, [row("apply_window", b"a")])
    assert f"】{said}问得最多的问题（" in digest.of_week(store, packaged(), CLOCK, days).text


def test_an_empty_week_has_no_text(store):
    assert digest.of_week(store, packaged(), CLOCK).text == ""


def test_the_command(tmp_path):
    app = create_app({"DATA_DIR": str(tmp_path)})
    run = app.test_cli_runner()
    empty = run.invoke(args=["digest"])
    assert empty.exit_code == 1 and "没有可以汇总的提问" in empty.output
    write(app.extensions["bot"]["memory"].store, [row("contact", b"a", clock=time.time())])
    full = run.invoke(args=["digest", "--days", "7"])
    assert full.exit_code == 0 and "联系方式（Q12）" in full.output
