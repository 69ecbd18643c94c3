"""Certificates in Python: written by solve, proved by check, refused where they are not true."""

import json

import pytest

import critscape as cs


@pytest.fixture(scope="module")
def problem():
    return cs.linear(widths=(1, 1, 1), inputs=[1], targets=[1], ridge="1/4")


@pytest.fixture(scope="module")
def file(problem, tmp_path_factory):
    path = tmp_path_factory.mktemp("certificate") / "certificate.json"
    assert cs.solve(problem, certificate=path).status == "complete"
    return path


def test_every_claim_is_proved_from_the_file_its_content_or_its_document(problem, file):
    for source in (file, str(file), json.loads(file.read_text(encoding="utf-8")), cs.read(file)):
        check = cs.check(source)
        assert check and check.proved and check.failure is None and check.title == problem.title
        assert (check.complex, check.real, check.by_index) == ((5, 5), 3, {0: 2, 1: 1})
    assert repr(check).splitlines()[:3] == [
        "linear 1-1-1, 1 sample: every claim is proved",
        "  exactly 5 distinct complex critical points, all simple",
        "  3 of them real, by index 0:2 1:1",
    ]


def test_mpmath_proves_the_same(file):
    check = cs.check(file, arithmetic="mpmath")
    assert check and (check.complex, check.arithmetic) == ((5, 5), "mpmath") and "without FLINT" in repr(check)
    with pytest.raises(cs.BadInput, match="^arithmetic: expected one of flint, mpmath, got 'double'"):
        cs.check(file, arithmetic="double")


def test_a_false_claim_is_named(file):
    content = json.loads(file.read_text(encoding="utf-8"))
    content["counts"]["complex_at_least"] += 1
    check = cs.check(content)
    assert not check and check.failure and "not proved" in repr(check)


def test_what_is_no_certificate_is_refused(problem, file, tmp_path):
    content = json.loads(file.read_text(encoding="utf-8"))
    for other in (cs.document(problem), {**content, "format": "another 1"}, {**content, "points": None}, cs.solve(problem)):
        with pytest.raises(cs.BadInput, match="^certificate: .*expected"):
            cs.check(other)
    with pytest.raises(cs.BadInput, match="readable certificate"):
        cs.check(tmp_path / "none.json")


def test_a_certificate_is_read_saved_and_told_in_a_line(file, tmp_path):
    read = cs.read(file)
    assert (read.kind, read.status, str(read)) == ("certificate", "complete", "linear 1-1-1, 1 sample: certificate of 5 critical points")
    read.save(tmp_path / "copy.json")
    assert cs.check(tmp_path / "copy.json")
    with pytest.raises(cs.BadInput, match="^style: expected json or text"):
        read.save(tmp_path / "copy.tex")
    assert not (tmp_path / "copy.tex").exists()


def test_no_certificate_is_written_where_the_problem_is_refused(tmp_path):
    with pytest.raises(cs.TooLarge):
        cs.solve(cs.linear(widths=(9, 9), inputs=[[0] * 9], targets=[[0] * 9]), certificate=tmp_path / "certificate.json")
    assert not list(tmp_path.iterdir())
