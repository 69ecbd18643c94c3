"""The command of every family: its flags are the fields of the schema, and give the architecture that they say."""

import json
import subprocess
import sys
from fractions import Fraction
from typing import ClassVar

import click
import pytest
from click.testing import CliRunner

from critscape.problems.files.problem_file import load
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.reading import ACTIVATED, FAMILIES
from critscape.scripts import family
from critscape.scripts.critscape import COMMANDS, critscape, main

NAMES = sorted(set(FAMILIES) - set(family.WITHOUT_COMMAND))
EXAMPLES = [(name, example) for name in NAMES for example in FAMILIES[name].schema["examples"]]


def flags(name, architecture):
    """The flags that stand for an architecture object."""
    found = []
    for field, schema in FAMILIES[name].schema["properties"].items():
        if field == "family" or field not in architecture:
            continue
        value, flag = architecture[field], family.flag(field, schema)
        if isinstance(value, bool):
            found.append(flag if value else f"--no-{flag[2:]}")
        elif family.is_list_of_lists(schema):
            for entry in value:
                found += [flag, ",".join(map(str, entry))]
        elif isinstance(value, list):
            nested = any(isinstance(entry, list) for entry in value)
            found += [flag, json.dumps(value) if nested else ",".join(map(str, value))]
        else:
            found += [flag, str(value)]
    return found


def test_every_family_with_data_has_a_command_of_its_own():
    assert family.names() == sorted({*NAMES, *ACTIVATED} - set(family.WITHOUT_COMMAND)) and not set(NAMES) & set(COMMANDS)
    shown = CliRunner().invoke(critscape, ["--help"]).output
    assert all(name in shown for name in NAMES)


def test_families_are_listed_without_loading_them():
    program = "import sys; from critscape.scripts import critscape, family; family.names(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {
        "numpy",
        "flint",
        "sympy",
        "critscape.problems.networks.reading",
        *(f"critscape.problems.networks.families.{name}" for name in NAMES),
    } & set(loaded)


def test_a_family_does_not_shadow_a_command(monkeypatch):
    monkeypatch.setattr(family, "names", lambda: ["solve", "linear"])
    asked = []
    monkeypatch.setattr(family, "command", asked.append)
    context = click.Context(critscape)
    assert critscape.get_command(context, "solve").params[0].name == "problem"
    critscape.get_command(context, "linear")
    assert asked == ["linear"]


@pytest.mark.parametrize("name", NAMES)
def test_no_flag_is_taken_twice(name):
    taken = [flag for parameter in family.command(name).params for flag in (*parameter.opts, *parameter.secondary_opts)]
    assert len(set(taken)) == len(taken)


@pytest.mark.parametrize("name", NAMES)
def test_help_names_every_flag(name):
    shown = CliRunner().invoke(critscape, [name, "--help"])
    assert shown.exit_code == 0
    for field, schema in FAMILIES[name].schema["properties"].items():
        assert field == "family" or family.flag(field, schema) in shown.output


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=str)
def test_flags_give_the_architecture(monkeypatch, tmp_path, name, example):
    asked = []
    monkeypatch.setattr("critscape.scripts.flags.generated.solution", lambda problem, *rest: asked.append(problem) or {})
    monkeypatch.setattr("critscape.scripts.flags.generated.deliver", lambda results, printed, output, view: 0)
    path = tmp_path / "problem.json"
    done = CliRunner().invoke(critscape, [name, *flags(name, example), "--samples", "2", "--seed", "3", "--save", str(path)])
    assert done.exit_code == 0, done.output
    (problem,) = asked
    assert problem == load(path) and problem.network == FAMILIES[name].from_document(example) and problem.samples == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_small_example_is_solved(tmp_path, capsys, name):
    example = FAMILIES[name].schema["examples"][0]
    path = tmp_path / "problem.json"
    with pytest.raises(SystemExit) as exit_:
        main([name, *flags(name, example), "--samples", "3", "--seed", "11", "--format", "json", "--save", str(path)])
    result = json.loads(capsys.readouterr().out)
    assert (exit_.value.code, result["status"]) == (0, "complete")
    assert {"format": "critscape problem 1", **result["problem"]} == json.loads(path.read_text()) and load(path).network == FAMILIES[
        name
    ].from_document(example)
    assert result["counts"]["real"] == len(result["critical_points"]) <= result["counts"]["complex"]


class Made(Linear):
    """A family with the kinds of fields that no family has today."""

    family: ClassVar[str] = "made"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object",
        "properties": {
            "family": {"const": "made"},
            "padding": {"enum": ["zero", "wrap"], "description": "zero or wrap"},
            "title": {"type": "string", "description": "a text", "help": "What it is called, with any commas."},
            "share": {"type": "number", "description": "a number from 0 to 1", "minimum": 0, "maximum": 1},
            "scale": {"description": "a number"},
        },
        "required": ["family", "padding"],
        "additionalProperties": False,
    }


def made(monkeypatch, *arguments):
    """The outcome of the command of ``Made``, and the architecture objects that it came to."""
    asked = []
    monkeypatch.setitem(FAMILIES, "made", Made)
    monkeypatch.setattr("critscape.scripts.flags.generated.solve_flags", lambda document, *rest, **flags: asked.append(document) or 0)
    return CliRunner().invoke(family.command("made"), [*arguments, "--samples", "1"]), asked


def test_words_texts_and_numbers_are_no_lists(monkeypatch):
    done, asked = made(monkeypatch, "--padding", "wrap", "--title", "[a, b", "--share", "0.25", "--scale", "-1/2")
    assert done.exit_code == 0, done.output
    (document,) = asked
    assert Fraction(document.pop("share")) == Fraction(1, 4)
    assert document == {"family": "made", "padding": "wrap", "title": "[a, b", "scale": "-1/2"}
    assert made(monkeypatch, "--padding", "wrap")[1] == [{"family": "made", "padding": "wrap"}]
    assert "--share: expected JSON" in made(monkeypatch, "--padding", "wrap", "--share", "half")[0].output
    assert "Missing option '--padding'" in made(monkeypatch)[0].output
    shown = made(monkeypatch, "--help")[0].output
    assert "--padding zero|wrap" in shown and "What it is called, with any commas." in shown


def test_a_residual_polynomial_is_the_loss(monkeypatch):
    asked = []
    monkeypatch.setattr("critscape.scripts.flags.generated.solution", lambda problem, *rest: asked.append(problem) or {})
    monkeypatch.setattr("critscape.scripts.flags.generated.deliver", lambda results, printed, output, view: 0)
    done = CliRunner().invoke(critscape, ["linear", "--widths", "1,1,1", "--samples", "1", "--residual", "r^4/4 + r^2/2"])
    assert done.exit_code == 0 and asked[0].title == "linear 1-1-1, 1 sample, loss 1/2 r^2 + 1/4 r^4"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["quadratic", "--inputs", "2", "--units", "2", "--outer", "1"], "--outer: expected a list of 2 numbers"),
        (["quadratic", "--inputs", "2", "--units", "2", "--outer", "1,x"], "--outer[1]: expected a number"),
        (["linear", "--widths", "2"], "--widths: expected a list of two or more"),
        (["towers", "--tower", "1,1", "--tower", "1,2"], "--tower: expected the same first"),
        (["towers", "--tower", "1;1"], "--tower: expected integers separated by commas"),
        (["masked", "--widths", "1,1", "--fixed", "[[[null]"], "--fixed: expected JSON"),
        (["linear", "--widths", "1,1", "--residual", "x"], "--residual: expected a polynomial in r"),
        (["linear", "--widths", "1,1", "--residual", "3"], "--residual: expected a polynomial in r that is not constant"),
    ],
)
def test_bad_flags_are_named(arguments, message):
    done = CliRunner().invoke(critscape, [*arguments, "--samples", "1"])
    assert done.exit_code == 2 and message in done.output
