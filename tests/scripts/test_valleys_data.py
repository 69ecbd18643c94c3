"""``critscape valleys-data``: a problem file whose spurious valley is proved, and computed by ``critscape verify valleys``."""

import json

import pytest
from click.testing import CliRunner

from critscape.problems.files.problem_file import read
from critscape.problems.recipes.valley_data import valley_data
from critscape.scripts.critscape import critscape
from critscape.scripts.studies.verdicts.instance import Instance
from tests.scripts.test_verify import outcome


def run(*arguments):
    return CliRunner().invoke(critscape, list(map(str, arguments)), standalone_mode=False)


def test_the_problem_is_printed_or_written_with_what_is_proved(tmp_path):
    printed = run("valleys-data", "--inputs", 3, "--units", 2)
    assert printed.return_value == 0 and read(json.loads(printed.stdout)) == valley_data(3, 2)
    assert "all outer weights are positive has the infimum 2, attained" in printed.stderr
    written = run("valleys-data", "--seed", 4, "--output", tmp_path / "p.json")
    assert written.return_value == 0 and read(json.loads((tmp_path / "p.json").read_text())) == valley_data(2, 1, 4)


@pytest.mark.parametrize(
    ("arguments", "named"), [(("--units", 2), "--units"), (("--inputs", 1), "--inputs"), (("--output", "p.txt"), "--output")]
)
def test_bad_flags_are_named_in_one_line(arguments, named):
    done = CliRunner().invoke(critscape, ["valleys-data", *map(str, arguments)])
    assert done.exit_code != 0 and named in str(done.exception) + done.output


def document(problem):
    from critscape.problems.files.problem_file import document as written

    return written(problem)


def test_where_valleys_are_not_enumerated_the_proof_stands(monkeypatch):
    from critscape.scripts.studies.engines import TooLarge

    def refused(_):
        raise TooLarge("too many paths")

    monkeypatch.setattr(Instance, "landscape", property(refused))
    found, verdict = outcome("valleys", document(valley_data(4, 3)))
    assert verdict == ("fails", "proved") and found["evidence"] == [] and found["counterexample"]["infimum"] == "2"


def test_what_is_proved_does_not_wait_for_an_enumeration_of_hours(monkeypatch):
    from critscape.scripts.studies.engines import TooLarge
    from critscape.scripts.studies.landscapes.valleys_run import MOST_PATHS_EACH

    asked = []

    def refused(instance):
        asked.append(instance.options.max_paths)
        raise TooLarge("too many paths")

    monkeypatch.setattr(Instance, "landscape", property(refused))
    found, verdict = outcome("valleys", document(valley_data(3, 2)))
    assert verdict == ("fails", "proved") and asked == [MOST_PATHS_EACH]
    assert "critscape landscape PROBLEM.json" in found["covers"][0]


def test_an_enumeration_that_contradicts_the_proof_decides_nothing(monkeypatch):
    none = {"status": "complete", "level": "certified", "spurious_valleys_exist": False, "valleys": [], "evidence": {}}
    monkeypatch.setattr(Instance, "landscape", property(lambda _: none))
    found, verdict = outcome("valleys", document(valley_data(2, 1)))
    assert verdict == ("undecided", None) and "please report" in found["conclusion"]["next"]


@pytest.mark.slow
@pytest.mark.parametrize(("inputs", "seed"), [(2, None), (2, 1), (3, None)])
def test_the_valleys_that_are_computed_are_those_that_are_proved(inputs, seed):
    found, verdict = outcome("valleys", document(valley_data(inputs, 1, seed)))
    assert verdict == ("fails", "proved")
    spurious = [row for row in found["evidence"] if row["spurious"] == "yes"]
    assert [row["infimum"] for row in spurious] == [found["counterexample"]["infimum"]]
