import json

from tests.chaos.invariants import Broken
from tests.chaos.proxy import Fault, Kind
from tests.chaos.report import KINDS, STOPPED, Ended, Report, injected

SURVIVED = Ended(1, 18, {Kind.THROTTLE: 3, STOPPED: 1}, ())
HURT = Ended(2, 18, {Kind.THROTTLE: 2}, (Broken("no secret is shown", "a log", "shows 1 secrets"),))


def row(report: Report, kind: str) -> list[str]:
    (line,) = (line for line in report.lines() if line.startswith(f"{kind} "))
    return line.split()[-2:]


def test_the_last_line_sums_up() -> None:
    assert list(Report(7, [SURVIVED]).lines())[-1] == "releases 18, faults 4, broken invariants 0"


def test_a_broken_invariant_counts_and_says_how_to_see_it_again() -> None:
    lines = list(Report(7, [SURVIVED, HURT]).lines())
    assert lines[-1] == "releases 36, faults 6, broken invariants 1"
    assert "BROKEN no secret is shown: a log shows 1 secrets" in lines
    assert "  again: python -m tests.chaos --seed 7 --round 2" in lines


def test_a_small_round_is_seen_again_with_as_many_layers() -> None:
    lines = list(Report(7, [HURT], layers=2).lines())
    assert "  again: python -m tests.chaos --seed 7 --layers 2 --round 2" in lines


def test_what_struck_a_round_that_broke_is_not_called_survived() -> None:
    assert row(Report(7, [SURVIVED, HURT]), Kind.THROTTLE) == ["5", "3"]


def test_every_kind_of_fault_has_a_row() -> None:
    assert set(KINDS) == {*Kind, STOPPED}
    assert row(Report(7, [SURVIVED]), Kind.AWAY) == ["0", "0"]


def test_only_faults_that_have_struck_are_counted() -> None:
    faults = (Fault(Kind.RESET, struck=2), Fault(Kind.RESET, struck=1), Fault(Kind.ERROR))
    assert injected(faults, stopped=1) == {Kind.RESET: 3, STOPPED: 1}


def test_rows_fit_eighty_columns() -> None:
    assert max(len(line) for line in Report(7, [SURVIVED]).lines()) <= 80


def test_the_report_as_json_names_what_is_broken() -> None:
    told = json.loads(Report(7, [SURVIVED, HURT]).as_json())
    assert (told["seed"], told["releases"], told["faults"], told["broken"]) == (7, 36, 6, 1)
    assert told["rounds"][1]["broken"][0]["about"] == "a log"
