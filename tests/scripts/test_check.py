"""``--certificate`` and ``critscape check``: files, exit statuses, one line for bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from critscape.scripts.critscape import critscape, main
from critscape.scripts.studies import answer

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


ARITHMETICS = {"flint": "in FLINT's ball arithmetic", "mpmath": "in mpmath's interval arithmetic, without FLINT"}


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_the_certificate_of_a_solved_problem_is_proved(issued, arithmetic):
    status, printed = run("check", issued, "--arithmetic", arithmetic)
    assert status == 0
    for line in (
        "linear 1-1-1-1, 1 sample: every claim is proved",
        "exactly 17 distinct complex critical points, all simple",
        "9 of them real, by index 0:5 1:4",
        "5 local minima, 1 proved not to be global",
        f" s, {ARITHMETICS[arithmetic]}",
    ):
        assert line in printed


def test_flint_proves_unless_another_arithmetic_is_asked_for(issued):
    assert run("check", issued, "-q")[1].splitlines()[-1].endswith(" s, in FLINT's ball arithmetic")


WITHOUT_FLINT = """
import sys
from critscape.scripts.critscape import main
try:
    main(["check", sys.argv[1], "--arithmetic", "mpmath"])
finally:
    print(*(name for name in sys.modules if "flint" in name))
"""


@pytest.mark.parametrize(
    "change",
    [
        lambda c: None,
        lambda c: c.update(
            problem={"architecture": {"family": "polynomial", "variables": ["x"], "loss": "x^2"}}, points=[], upper_bound=None
        ),
    ],
)
def test_the_command_loads_nothing_of_flint(issued, tmp_path, change):
    path = changed(issued, tmp_path / "c.json", change)
    done = subprocess.run([sys.executable, "-c", WITHOUT_FLINT, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1) and "proved" in done.stdout and "told apart" in done.stderr
    assert done.stdout.splitlines()[-1] == ""


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


def changed(issued, path, change):
    """The certificate file of the chain with a change."""
    content = json.loads(issued.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return path


def without_a_saddle(content):
    """One of the four saddles left out, and of the counts."""
    content["points"].remove(next(point for point in content["points"] if point["index"] == 1))
    content["counts"] = {"complex_at_least": 16, "real_at_least": 8, "by_index_at_least": {"0": 5, "1": 3}}


@pytest.mark.parametrize(
    ("change", "words", "real"),
    [
        (lambda c: c["upper_bound"].update(prime=2**61 - 1), "exactly 17", "9 of them real, by index 0:5 1:4"),
        (lambda c: c.update(upper_bound=None), "at least 17", "9 of them real, by index 0:5 1:4"),
        (without_a_saddle, "at least 16 and at most 17", "8 of them real, by index 0:5 1:3"),
        (lambda c: (without_a_saddle(c), c.update(upper_bound=None)), "at least 16", "8 of them real, by index 0:5 1:3"),
    ],
)
def test_how_many_points_are_proved_is_said(issued, tmp_path, change, words, real):
    status, printed = run("check", changed(issued, tmp_path / "c.json", change))
    assert status == 0
    assert printed.splitlines()[1:3] == [f"  {words} distinct complex critical points, all simple", f"  {real}"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"bound": 16}, "upper_bound.bound: 16 claimed, 17 proved"),
        ({"bound": 18}, "upper_bound.bound: 18 claimed, 17 proved"),
        ({"prime": 2**31 - 3}, "upper_bound: 2147483645 is not a prime below 2^63"),
        ({"falls": []}, "upper_bound: the multiples of degree 6 do not have all forms of this degree as leading forms"),
        ({"falls": [[6, 2]] * 2}, "upper_bound: no multiples of degree at most 6 fall to degree 2"),
        ({"falls": [[6, 2]] * 10**5}, "upper_bound: there are more than 40 steps"),
        ({"degree": 10**8}, "upper_bound: the matrix of degree 100000001 is too large"),
    ],
    ids=lambda value: str(value)[:30],
)
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_an_upper_bound_that_is_not_proved_exits_with_one(issued, tmp_path, change, reason, arithmetic):
    path = changed(issued, tmp_path / "c.json", lambda c: c["upper_bound"].update(change))
    status, printed = run("check", path, "--arithmetic", arithmetic)
    assert (status, printed) == (1, f"not proved: {reason}\n")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda c: c.pop("upper_bound"), "upper_bound"),
        (lambda c: c["upper_bound"].update(bound="17"), "upper_bound.bound"),
        (lambda c: c["upper_bound"].update(prime=2**64), "upper_bound.prime"),
        (lambda c: c["upper_bound"].update(falls=[[6, True]]), "upper_bound.falls[0]"),
        (lambda c: c["upper_bound"].update(degree=10**9), "upper_bound.degree"),
        (lambda c: c.update(format="critscape certificate 1"), "format"),
    ],
)
def test_a_malformed_upper_bound_gives_one_line(issued, tmp_path, capsys, change, field):
    refused(["check", str(changed(issued, tmp_path / "c.json", change))], capsys, f"{field}: expected")


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_a_claim_that_fails_is_named_and_exits_with_one(issued, tmp_path, arithmetic):
    content = json.loads(issued.read_text())
    content["points"][3]["index"], content["points"][3]["not_global"] = 1, None
    (tmp_path / "forged.json").write_text(json.dumps(content))
    status, printed = run("check", tmp_path / "forged.json", "--arithmetic", arithmetic)
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
        (json.dumps({"problem": {"architecture": {"family": "linear", "widths": [9] * 3}, "data": {"inputs": [[0] * 9], "targets": [[0] * 9]}}}), "40 weights"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_a_file_that_is_no_certificate_gives_one_line(tmp_path, capsys, text, word, arithmetic):
    (tmp_path / "c.json").write_text(text)
    refused(["check", str(tmp_path / "c.json"), "--arithmetic", arithmetic], capsys, word)


def refused(arguments, capsys, word):
    with pytest.raises(SystemExit) as exit:
        main(arguments)
    printed = capsys.readouterr()
    assert (exit.value.code, printed.out) == (2, "")
    (line,) = printed.err.strip().splitlines()
    assert line.startswith("critscape: ") and word in line and "expected" in line


def test_a_result_is_no_certificate_and_a_missing_file_is_said(tmp_path, capsys):
    run("solve", CHAIN, "--output", tmp_path / "result.json")
    refused(
        ["check", str(tmp_path / "result.json")],
        capsys,
        "expected a certificate, a certificate of components, a certificate of split units or a certificate of smooth units (this is a result",
    )
    refused(["check", str(tmp_path / "missing.json")], capsys, "missing.json")
    refused(["solve", str(CHAIN), "--certificate", str(tmp_path / "c.txt")], capsys, "--certificate")
    refused(["solve", str(CHAIN), "--certificate", str(tmp_path / "no" / "c.json")], capsys, "--certificate")


def test_a_certificate_that_the_checker_refuses_is_not_written(tmp_path, monkeypatch):
    def spoilt(points, real, problem, proof):
        made = intact(points, real, problem, proof)
        made["points"][0]["radius"] = "1*2^9"
        return made

    intact = answer.certificate
    monkeypatch.setattr(answer, "certificate", spoilt)
    status, printed = run("solve", CHAIN, "--certificate", tmp_path / "c.json", "--format", "json")
    result = json.loads(printed)
    assert (status, result["status"]) == (1, "incomplete") and "points[0]: Krawczyk's test fails" in result["reason"]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def issued_components(tmp_path_factory):
    """The certificate file of the components of three layers of width one without ridge."""
    folder = tmp_path_factory.mktemp("components")
    problem = {"architecture": {"family": "linear", "widths": [1, 1, 1, 1]}, "data": {"inputs": [[1]], "targets": [["5/4"]]}}
    (folder / "problem.json").write_text(json.dumps(problem))
    status, printed = run("solve", folder / "problem.json", "--certificate", folder / "c.json", "--format", "json")
    assert status == 0 and len(json.loads((folder / "c.json").read_text())["components"]) == len(json.loads(printed)["components"])
    return folder / "c.json"


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_the_certificate_of_components_is_proved(issued_components, arithmetic):
    status, printed = run("check", issued_components, "--arithmetic", arithmetic)
    assert status == 0
    for line in (
        "linear 1-1-1-1, 1 sample: every claim is proved",
        "1 global minimum, 3 strict saddles, 1 non-strict saddle",
        "nothing is claimed of components that are not listed",
        f" s, {ARITHMETICS[arithmetic]}",
    ):
        assert line in printed
    assert "whether the local minima" not in printed


def test_the_check_of_components_loads_nothing_of_flint(issued_components):
    done = subprocess.run([sys.executable, "-c", WITHOUT_FLINT, str(issued_components)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "every claim is proved" in done.stdout and done.stdout.splitlines()[-1] == ""


def test_a_claim_of_components_that_fails_is_named(issued_components, tmp_path, capsys):
    path = changed(issued_components, tmp_path / "c.json", lambda c: c["components"][1].update(kind="local minimum"))
    assert run("check", path) == (1, "not proved: components[1]: that it is a local minimum is not proved\n")
    path = changed(issued_components, tmp_path / "c.json", lambda c: c["components"][1].update(dimension="1"))
    refused(["check", str(path)], capsys, "components[1].dimension: expected an integer")
    refused(["landscape", str(issued_components)], capsys, "this is a certificate of components, for `critscape check`")
