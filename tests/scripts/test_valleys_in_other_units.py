"""Valleys do not depend on units: x → x/s, y → y/t, L → κL changes the coordinates by s and t and the levels by κ, and nothing else."""

from fractions import Fraction

import pytest

from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options

LOSSES = {
    "two valleys at infinity": "({x}*{y} - 1)^2 + {x}^2",
    "two minima and a line of them": "({x}^2 + {y}^2 - 1)^2*{y}^2 + {x}^2*{y}^2/3",
    "a minimum and a line of them": "(({y} - {x}^2)*{x})^2 + ({x}*({x} - 1))^2/5",
}
UNITS = [
    ("1000000", "1/1000000", "1"),
    ("1/1000000", "1/1000000", "1"),
    ("1000000", "1000000", "1/1000000000"),
    ("1/1000", "7", "1000000000"),
]


def landscape(loss, s, t, k):
    text = f"({k})*({loss.format(x=f'(x*{s})', y=f'(y*{t})')})"
    problem = {"architecture": {"family": "polynomial", "variables": ["x", "y"], "loss": text}}
    return landscape_document(surveyed(problem, Options(engine="batch", max_paths=1000)))


def numbers(document, s=1, t=1, k=1):
    """What does not depend on units, from a document whose units are s, t and k."""
    found = [document["status"], document["spurious_valleys_exist"], len(document["components"])]
    for row in document["valleys"]:
        levels = [None if row[name] is None else float(Fraction(row[name]) / Fraction(k)) for name in ("infimum", "barrier")]
        found.append((*levels, row["attained"], row["spurious"], row["copies"], row["level"], row.get("growth"), row.get("dimension")))
        if "curve" in row:
            a, b = (Fraction(c) * Fraction(unit) for c, unit in zip(row["curve"]["coefficients"], (s, t)))
            found.append((row["curve"]["exponents"], abs(a * b)))
    found += [float(Fraction(level["loss"]) / Fraction(k)) for level in document["levels"]]
    return found


def test_valleys_at_infinity_in_very_different_units():
    units = "1000000", "1/1000000", "1/1000000000"
    found = landscape(LOSSES["two valleys at infinity"], *units)
    assert numbers(found, *units)[3:5] == [(0.0, 1.0, False, False, 2, "certified", "1/4", None), (["1/4", "-1/4"], 1)]


@pytest.mark.slow  # Five landscapes of two seconds for each loss.
@pytest.mark.parametrize("loss", LOSSES)
def test_valleys_do_not_depend_on_units(loss):
    expected = numbers(landscape(LOSSES[loss], 1, 1, 1))
    assert expected[0] == "complete"
    for s, t, k in UNITS:
        found = numbers(landscape(LOSSES[loss], s, t, k), s, t, k)
        assert close(found, expected), (s, t, k)


def close(found, expected):
    """Whether two lists of numbers and words are the same to seven digits of one or of the numbers."""
    if isinstance(expected, list | tuple):
        return len(found) == len(expected) and all(map(close, found, expected))
    if isinstance(expected, float):
        return abs(found - expected) <= 1e-7 * max(1.0, abs(expected))
    return found == expected
