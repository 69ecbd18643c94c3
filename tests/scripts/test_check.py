"""``--certificate`` and ``critscape check``: files, exit statuses, one line for bad input."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts import answer
from scripts.critscape import critscape, main

CHAIN = Path(__file__).parents[2] / "problems" / "examples" / "1-1-1-1-spurious-origin.json"


def run(*arguments):
    """Exit status and standard output of a command."""
    done = CliRunner().invoke(critscape, [*map(str, arguments)], standalone_mode=False, catch_exceptions=False)
    return done.return_value, done.stdout


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """The certificate file of the chain."""
    path = tmp_path_factory.mktemp("certificate") / "chain.json"
    assert run("solve", CHAIN, "--certificate", path)[0] == 0
    return path


def test_the_certificate_of_a_solved_problem_is_proved(issued):
    status, printed = run("check", issued)
    assert status == 0
    for line in (
        "linear 1-1-1-1, 1 sample: every claim is proved",
        "exactly 17 distinct complex critical points, all simple",
        "9 of them real, by index 0:5 1:4",
        "5 local minima, 1 of them not global",
    ):
        assert line in printed


@pytest.mark.parametrize(
    "arguments",
    [
        ("linear", "--widths", "2,1,2", "--samples", 2, "--seed", 3),
        ("quadratic", "--inputs", 2, "--units", 1, "--outer", "trained", "--samples", 3),
    ],
)
def test_problems_from_flags_have_certificates(tmp_path, arguments):
    status, printed = run(*arguments, "--certificate", tmp_path / "c.json", "--format", "json")
    result = json.loads(printed)
    made = json.loads((tmp_path / "c.json").read_text())
    assert (status, made["problem"]) == (0, result["problem"])
    assert made["counts"]["complex_at_least"] == result["counts"]["complex"]
    assert run("check", tmp_path / "c.json")[0] == 0


def test_a_claim_that_fails_is_named_and_exits_with_one(issued, tmp_path):
    content = json.loads(issued.read_text())
    content["points"][3]["index"], content["points"][3]["not_global"] = 1, None
    (tmp_path / "forged.json").write_text(json.dumps(content))
    status, printed = run("check", tmp_path / "forged.json")
    assert (status, printed) == (1, "not proved: points[3]: the index is 0, not 1\n")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "JSON"),
        ("[]", "certificate"),
        ("{}", "certificate"),
        ('{"problem": {}}', "architecture"),
        ('{"points": NaN}', "finite"),
        (CHAIN.read_text(), "certificate"),
        (json.dumps({"problem": json.loads(CHAIN.read_text())}), "format"),
        ('{"problem": {"architecture": {"family": "linear", "widths": [9, 9, 9]}, "data": {"inputs": [[0,0,0,0,0,0,0,0,0]],'
         ' "targets": [[0,0,0,0,0,0,0,0,0]]}}}', "40 weights"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_certificate_gives_one_line(tmp_path, capsys, text, word):
    (tmp_path / "c.json").write_text(text)
    refused(["check", str(tmp_path / "c.json")], capsys, word)


def refused(arguments, capsys, word):
    with pytest.raises(SystemExit) as exit:
        main(arguments)
    printed = capsys.readouterr()
    assert (exit.value.code, printed.out) == (2, "")
    (line,) = printed.err.strip().splitlines()
    assert line.startswith("critscape: ") and word in line and "expected" in line


def test_a_result_is_no_certificate_and_a_missing_file_is_said(tmp_path, capsys):
    run("solve", CHAIN, "--output", tmp_path / "result.json")
    refused(["check", str(tmp_path / "result.json")], capsys, "format")
    refused(["check", str(tmp_path / "missing.json")], capsys, "missing.json")
    refused(["solve", str(CHAIN), "--certificate", str(tmp_path / "c.txt")], capsys, "--certificate")
    refused(["solve", str(CHAIN), "--certificate", str(tmp_path / "no" / "c.json")], capsys, "--certificate")


def test_a_certificate_that_the_checker_refuses_is_not_written(tmp_path, monkeypatch):
    def spoilt(points, real, problem, proof):
        made = intact(points, real, problem)
        made["points"][0]["radius"] = "1*2^9"
        return made

    intact = answer.certificate
    monkeypatch.setattr(answer, "certificate", spoilt)
    status, printed = run("solve", CHAIN, "--certificate", tmp_path / "c.json", "--format", "json")
    result = json.loads(printed)
    assert (status, result["status"]) == (1, "incomplete") and "points[0]: Krawczyk's test fails" in result["reason"]
    assert list(tmp_path.iterdir()) == []


def test_a_critical_set_that_is_not_finite_has_an_empty_certificate(tmp_path):
    status, _ = run("solve", CHAIN.parent / "2-2-2-one-ridge.json", "--certificate", tmp_path / "c.json")
    assert status == 1 and json.loads((tmp_path / "c.json").read_text())["points"] == []
    assert "at least 0 distinct" in run("check", tmp_path / "c.json")[1]
