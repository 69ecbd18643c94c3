"""The soak test: small runs, resumption, and above all that it fails when something is wrong."""

import contextlib
import csv
import io
import json
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from click.testing import CliRunner

from critscape.algebra.elimination import msolve
from critscape.scripts.critscape import critscape
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.soak import case as soak_case
from critscape.scripts.studies.soak.case import CASES, Elimination, case, disagreement, eliminated, enumerated

CASE = "1-1-1:m1"  # N_C = 5
needs_msolve = pytest.mark.skipif(not msolve.available(), reason=msolve.HOW_TO_INSTALL)


def soak(records, *arguments):
    """Exit status, standard output and standard error of a run in this process."""
    result = CliRunner().invoke(critscape, ["soak", "--records", str(records), *map(str, arguments)], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


def small(records, *arguments):
    return soak(records, "--sets", 2, "--case", CASE, "--eliminate", 0, "--format", "json", *arguments)


def forbid(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a data set was solved again")

    monkeypatch.setattr(soak_case, "solve", refuse)
    monkeypatch.setattr(msolve, "quotient_dimension", refuse)


@needs_msolve
def test_a_small_run_is_right_and_resumes(tmp_path, monkeypatch):
    flags = ("--sets", 2, "--case", CASE, "--case", "2-1-2:m2", "--eliminate", 1, "--format", "json")
    status, printed, _ = soak(tmp_path / "records", *flags)
    document = json.loads(printed)
    assert status == 0
    assert [entry["complex"] for entry in document["cases"]] == [{"5": 2}, {"17": 2}]
    for entry in document["cases"]:
        assert (entry["sets"], entry["statuses"], entry["failures"]) == (2, {"complete": 2}, [])
        assert {entry["eliminations"][key] for key in ("made", "agreeing", "real_made", "real_agreeing")} == {1}
        assert entry["paths"] == {"finished": 2 * int(*entry["complex"]), "at_infinity": 0, "singular": 0, "failed": 0}
    forbid(monkeypatch)
    assert soak(tmp_path / "records", *flags)[:2] == (0, printed)


def test_only_what_is_missing_is_done(tmp_path, monkeypatch):
    small(tmp_path / "records")
    solved, real = [], soak_case.solve
    monkeypatch.setattr(soak_case, "solve", lambda problem, options: solved.append(options.seed) or real(problem, options))
    status, printed, _ = small(tmp_path / "records", "--sets", 3, "--seed", 1)
    assert (status, solved, json.loads(printed)["seeds"]) == (0, [2, 3], [1, 3])


def test_records_of_other_code_do_not_count(tmp_path, monkeypatch):
    small(tmp_path / "records")
    monkeypatch.setattr("critscape.scripts.studies.soak.records.fingerprint", lambda *rooms: "another")
    forbid(monkeypatch)
    status, printed, _ = small(tmp_path / "records")
    assert status == 1 and json.loads(printed)["cases"][0]["statuses"] == {"error": 2}


def test_most_data_sets_may_fail(tmp_path, monkeypatch):
    real = soak_case.solve
    monkeypatch.setattr(soak_case, "solve", lambda problem, options: real(problem, options) if options.seed == 1 else crash({}))
    status, printed, _ = small(tmp_path / "records", "--sets", 3)
    (entry,) = json.loads(printed)["cases"]
    assert (status, entry["complex"], [failure["seed"] for failure in entry["failures"]]) == (1, {"5": 1}, [0, 2])


def test_processes_give_the_same_answers(tmp_path):
    alone, spread = (json.loads(small(tmp_path / f"records{jobs}", "--sets", 4, "--jobs", jobs)[1]) for jobs in (1, 2))
    for entry in (*alone["cases"], *spread["cases"]):
        del entry["seconds"]
    assert alone == spread


def spoilt(change):
    """An ``answer`` that spoils the result of seed 1."""

    def wrong(problem, options, real=soak_case.solve):
        answer = real(problem, options)
        if options.seed == 1:
            change(answer.document)
        return answer

    return wrong


def lose_a_path(result):
    result["paths"]["failed"], result["paths"]["finished"] = 1, result["paths"]["finished"] - 1


def leave_incomplete(result):
    result.update(status="incomplete", reason="one path was lost")


def break_evidence(result):
    result["evidence"]["parity"]["holds"] = False


def miscount(result):
    result["counts"]["complex"] -= 1


def crash(result):
    raise ArithmeticError("two enclosures\noverlap")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lose_a_path, ["1 lost path"]),
        (leave_incomplete, ["incomplete: one path was lost"]),
        (break_evidence, ["fails: parity"]),
        (miscount, ["N_C is 4, not 5 as elsewhere"]),
        (crash, ["error: ArithmeticError: two enclosures overlap"]),
    ],
)
def test_a_failure_is_named_with_the_command_that_repeats_it(tmp_path, monkeypatch, change, words):
    monkeypatch.setattr(soak_case, "solve", spoilt(change))
    for style in ("text", "json", "latex"):
        status, printed, _ = small(tmp_path / "records", "--sets", 3, "--format", style)
        assert status == 1
        assert all(word in printed for word in [*words, "critscape linear --widths 1,1,1 --samples 1 --seed 1"])
        assert "--seed 0" not in printed and "--seed 2" not in printed and "no failure" not in printed


@needs_msolve
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([(5, 5), (4, 4)], "5 and 4 points"),
        ([(4, 4), (4, 4)], "4 and 4 points"),
        ([(6, 5), (6, 5)], "6 and 6 with multiplicity"),
        ([(5, 5)], "no elimination: msolve gave no answer"),
    ],
)
def test_a_disagreement_with_elimination_is_a_failure(tmp_path, monkeypatch, answers, words):
    given = iter(answers)

    def dimension(loss, prime, seconds):
        try:
            return next(given)
        except StopIteration:
            raise msolve.MsolveError("msolve gave no answer within 1 s") from None

    monkeypatch.setattr(msolve, "quotient_dimension", dimension)
    status, printed, _ = soak(tmp_path / "records", "--sets", 1, "--case", CASE, "--eliminate", 1, "--format", "json")
    (entry,) = json.loads(printed)["cases"]
    assert status == 1 and entry["eliminations"]["agreeing"] == 0
    assert words in entry["failures"][0]["reason"]


@needs_msolve
def test_an_unusual_count_passes_if_elimination_confirms_it(tmp_path, monkeypatch):
    # With the input 0 the origin is the only critical point.
    real, problem = soak_case.solve, case(CASE).problem
    monkeypatch.setattr(soak_case.Case, "problem", lambda self, seed: replace(problem(seed), inputs=((Fraction(seed != 2),),)))
    status, printed, _ = small(tmp_path / "records", "--sets", 3, "--eliminate", 1)
    (entry,) = json.loads(printed)["cases"]
    assert (status, entry["complex"], entry["special"], entry["failures"]) == (0, {"1": 1, "5": 2}, [2], [])
    assert entry["eliminations"]["made"] == 2
    assert "special data" in small(tmp_path / "records", "--sets", 3, "--eliminate", 1, "--format", "text")[1]
    # Without elimination nobody vouches for it, and a wrong count is not confirmed.
    assert small(tmp_path / "records", "--sets", 3)[0] == 1
    wrong = spoilt(miscount)
    monkeypatch.setattr(soak_case, "solve", lambda problem, options: wrong(problem, replace(options, seed=1), real))
    status, printed, _ = small(tmp_path / "others", "--sets", 3, "--eliminate", 1)
    (entry,) = json.loads(printed)["cases"]
    assert status == 1 and {failure["seed"] for failure in entry["failures"]} == {0, 2} and entry["special"] == []


def test_the_number_of_real_points_must_agree_too():
    found = enumerated(CASE, 0)
    exact = Elimination(CASE, 0, 5, 5, 5, 5, found.real, 1.0, None)
    assert disagreement(found, exact) is None and disagreement(found, replace(exact, real=None)) is None
    assert "real points" in disagreement(found, replace(exact, real=found.real + 2))


@needs_msolve
def test_elimination_uses_two_primes_and_the_rationals():
    record = eliminated(CASE, 0)
    assert (record.first_degree, record.first_distinct, record.second_degree, record.second_distinct) == (5, 5, 5, 5)
    assert (record.real, record.reason) == (enumerated(CASE, 0).real, None)


@pytest.mark.parametrize("name", CASES)
def test_a_case_and_its_command_line_are_the_same_problem(name, monkeypatch):
    asked = {}
    monkeypatch.setattr("critscape.scripts.flags.generated.solution", lambda *how: asked.update(problem=how[0], options=how[1]) or {})
    monkeypatch.setattr("critscape.scripts.flags.generated.deliver", lambda *rest: 0)
    CliRunner().invoke(critscape, case(name).command(11).split()[1:], standalone_mode=False, catch_exceptions=False)
    assert asked["problem"] == case(name).problem(11)
    # A person is shown components where the critical set is not finite; a soak test counts points.
    assert asked["options"] == Options(seed=11, components=True)


def test_every_format_has_the_table(tmp_path):
    printed = {style: small(tmp_path / "records", "--format", style)[1] for style in ("text", "markdown", "latex", "csv")}
    assert all(CASE in text for text in printed.values())
    (row,) = csv.DictReader(io.StringIO(printed["csv"]))
    assert (row["sets"], row["complete"], row["lost paths"], row["N_C"], row["failures"]) == ("2", "2", "0", "5", "0")
    assert all(len(line.split("&")) == 11 for line in printed["latex"].splitlines() if "&" in line)
    assert r"\begin{tabular}" in printed["latex"] and "N\\_C" in printed["latex"]
    assert "no failure" in printed["text"] and "2 data sets with 10 paths, seeds 0 to 1" in printed["text"]


def test_standard_output_holds_the_answer_alone_and_a_file_gets_it_too(tmp_path):
    _, printed, progress = small(tmp_path / "records", "--output", tmp_path / "soak.json")
    assert json.loads(printed) == json.loads((tmp_path / "soak.json").read_text())
    # The stages of each data set are not reported, only how many are done.
    assert "soak: 2 of 2" in progress and "certification" not in progress


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--case", "2-2-2"), "--case"),
        (("--case", "2-2-2:m0"), "--case"),
        (("--case", "quadratic-2:m3"), "--case"),
        (("--case", "9-9-9-9:m2"), "243"),
        (("--sets", "0"), "--sets"),
        (("--jobs", "0"), "--jobs"),
        (("--output", "soak.docx"), "--output"),
    ],
)
def test_bad_flags_give_one_line(tmp_path, capsys, arguments, word):
    from critscape.scripts.critscape import main

    with pytest.raises(SystemExit) as exit:
        main(["soak", "--records", str(tmp_path / "records"), *arguments])
    captured = capsys.readouterr()
    assert exit.value.code == 2 and captured.out == "" and not (tmp_path / "records").exists()
    (line,) = captured.err.splitlines()
    assert line.startswith("critscape: ") and word in line


def test_a_file_that_is_not_ours_is_refused_and_left_alone(tmp_path, capsys):
    from critscape.scripts.critscape import main

    (tmp_path / "text").write_text("not a database, and long enough to be told apart from an empty one\n" * 20)
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE data_sets (something)")
    other.close()
    for name in ("text", "other"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(SystemExit) as exit:
            main(["soak", "--records", str(tmp_path / name), "--case", CASE, "--eliminate", "0"])
        assert exit.value.code == 2 and "--records" in capsys.readouterr().err
        assert (tmp_path / name).read_bytes() == before


def test_without_msolve_the_flag_is_named(tmp_path, monkeypatch, capsys):
    from critscape.scripts.critscape import main

    monkeypatch.setattr("critscape.algebra.elimination.program.program", lambda: None)
    with pytest.raises(SystemExit) as exit:
        main(["soak", "--records", str(tmp_path / "records"), "--case", CASE])
    assert exit.value.code == 2 and "--eliminate" in capsys.readouterr().err
    assert small(tmp_path / "records")[0] == 0


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_its_records(tmp_path, sent):
    # A shell that starts the tests in the background lets them, and what they start, ignore Ctrl-C.
    program = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    program += "from critscape.scripts.critscape import main; main()"
    command = [sys.executable, "-c", program, "soak", "--sets", "100000", "--case", CASE, "--eliminate", "0", "--jobs", "2"]
    command += ["--records", str(tmp_path / "records")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # Two from the processes, beside the first.
    while number_kept(tmp_path / "records") < 3 and process.poll() is None:
        time.sleep(0.1)
    process.send_signal(sent)
    printed, complaints = process.communicate(timeout=60)
    assert (process.returncode, printed) == (128 + sent, "")
    assert "Traceback" not in complaints and "; what is done is kept, the same command goes on from there" in complaints
    assert 3 <= number_kept(tmp_path / "records") < 100000
    # Nothing is broken: it goes on.
    assert small(tmp_path / "records", "--sets", 1)[0] == 0


def number_kept(records):
    """The number of data sets in a file of records that another process may be writing."""
    with contextlib.closing(sqlite3.connect(records, timeout=60)) as connection:
        try:
            return connection.execute("SELECT count(*) FROM data_sets").fetchone()[0]
        except sqlite3.OperationalError:
            # The table is not there yet.
            return 0
