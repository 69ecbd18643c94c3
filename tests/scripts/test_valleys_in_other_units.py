"""Valleys do not depend on units: x → x/s, y → y/t, L → κL changes the coordinates by s and t and the levels by κ, and nothing else."""

from fractions import Fraction

import pytest

from critscape.problems.input.radical import radical
from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options

LOSSES = {
    "two valleys at infinity": "({x}*{y} - 1)^2 + {x}^2",
    "two minima and a line of them": "({x}^2 + {y}^2 - 1)^2*{y}^2 + {x}^2*{y}^2/3",
    "a minimum and a line of them": "(({y} - {x}^2)*{x})^2 + ({x}*({x} - 1))^2/5",
}
COERCIVE = {
    "two minima of a ring": "({x}^2 + {y}^2 - 1)^2 + {x}^2/3",
    "four minima": "({x}^2 - 1)^2 + ({y}^2 - 1)^2 + {x}*{y}/3 + {x}/7",
    "four global minima": "({x}^2 + {y} - 11)^2 + ({x} + {y}^2 - 7)^2",
    "minima that are exchanged": "({x}^2 - 1)^2 + ({y}^2 - 1)^2 + {x}*{y}/2",
    "a bent valley": "(1 - {x})^2*(2 + {x})^2 + 30*({y} - {x}^2)^2 + {x}^2/10",
}
"""Morse functions, whose valleys are no limits."""
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
        levels = [None if row[name] is None else value(row[name]) / float(Fraction(k)) for name in ("infimum", "barrier")]
        found.append((*levels, row["attained"], row["spurious"], row["copies"], row["level"], row.get("growth"), row.get("dimension")))
        if "curve" in row:
            a, b = (Fraction(c) * Fraction(unit) for c, unit in zip(row["curve"]["coefficients"], (s, t)))
            found.append((row["curve"]["exponents"], abs(a * b)))
    found += [float(Fraction(level["loss"]) / Fraction(k)) for level in document["levels"]]
    return found


def value(text):
    """A level in digits or in closed form."""
    try:
        return float(Fraction(text))
    except ValueError:
        return float(radical(text))


def test_valleys_at_infinity_in_very_different_units():
    units = "1000000", "1/1000000", "1/1000000000"
    found = landscape(LOSSES["two valleys at infinity"], *units)
    assert numbers(found, *units)[3:5] == [(0.0, 1.0, False, False, 2, "certified", "1/4", None), (["1/4", "-1/4"], 1)]


@pytest.mark.parametrize("units", [("1000000", "1/1000000", "1"), ("1/1000000000", "30", "1/1000000000")])
def test_valleys_of_morse_functions_in_very_different_units(units):
    expected = [(0.0, 11 / 36, True, False, 2, "proved", None, None), 0.0, 11 / 36]
    found = numbers(landscape(COERCIVE["two minima of a ring"], *units), *units)
    assert found[:2] == ["complete", False] and close(found[3:], expected)


@pytest.mark.slow  # Five landscapes of a second for each loss.
@pytest.mark.parametrize("loss", COERCIVE)
def test_valleys_of_morse_functions_do_not_depend_on_units(loss):
    expected = numbers(landscape(COERCIVE[loss], 1, 1, 1))
    assert expected[0] == "complete"
    for s, t, k in [*UNITS, ("30", "1/30", "1")]:
        found = numbers(landscape(COERCIVE[loss], s, t, k), s, t, k)
        assert close(found, expected), (s, t, k)


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
