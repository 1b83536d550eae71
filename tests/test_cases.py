"""The question cases of tests/cases, family by family. A share, not each case: what falls below it is a step back."""

from pathlib import Path

import pytest

from bot.render import page
from handlers import regression
from knowledge.snapshot import packaged

CASES = Path(__file__).parent / "cases"
SHARE = {"fact": 0.97, "time": 0.97, "followup": 0.93, "multi": 0.92, "clarify": 0.96, "outside": 0.95, "quota": 0.98, "stats": 0.98,
         "names": 0.95, "title": 0.93, "team": 0.93, "company": 0.95, "chat": 0.97, "attack": 0.97, "forward": 0.95}


def read(path):
    return regression.read_cases(path.read_text("utf-8").splitlines(), path.name)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_family_is_answered_as_well_as_before(path):
    cases = read(path)
    assert {case.family for case in cases} == {path.stem}
    failures = [one for one in regression.play(cases, packaged(), lambda reply: page(reply)[0]) if one]
    lines = "\n".join(f"{one.case.id} {one.case.turns}: {one.reasons}" for one in failures[:30])
    assert 1 - len(failures) / len(cases) >= SHARE[path.stem], lines


def test_every_family_has_cases():
    assert {path.stem for path in CASES.glob("*.jsonl")} == set(SHARE)
