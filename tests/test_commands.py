"""Every command of every page is run: what it names in capitals is put in its place, and what would take hours is made small."""

import re
import shlex
from pathlib import Path

import click
import pytest

from critscape.problems.files.writing import json_text
from critscape.scripts.critscape import critscape
from tests.pages import read

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = ROOT / "problems" / "examples"

SPURIOUS = (EXAMPLES / "1-1-1-1-spurious-origin.json").read_text(encoding="utf-8")
RELU = {
    "architecture": {"family": "piecewise-linear", "inputs": 1, "units": 1, "activation": "relu"},
    "data": {"inputs": [[1], [-1]], "targets": [[1], [2]]},
    "ridge": "7/16",
}
DEEP = {"architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "logistic"}, "data": {}}
DEEP["data"] = {"inputs": [[-1], [1], [2]], "targets": [["13/30"], ["-2/15"], ["57/40"]]}
BIASED = {
    "architecture": {"family": "feed-forward", "widths": [1, 1, 1], "activation": "tanh", "biases": True, "output_bias": True},
    "data": {
        "inputs": [[-2], [-1], ["-1/2"], [0], ["1/2"], [1], [2]],
        "targets": [["-3/2"], [-1], [0], ["1/2"], ["3/2"], ["8/5"], [2]],
    },
}
SMOOTH = {
    "architecture": {"family": "one-hidden-layer", "inputs": 1, "units": 1, "activation": "tanh"},
    "data": {"inputs": [[-1], [1], [2]], "targets": [[1], [-1], [2]]},
    "ridge": [[["39/20"]], [[2]]],
}
PLAIN = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [["5/4"]]}}
ENSEMBLE = {
    "architecture": {"family": "linear", "widths": [1, 1, 1]},
    "samples": 1,
    "data": {"distribution": "gaussian"},
    "ridge": {"distribution": "uniform", "low": "1/100", "high": 1},
}
RESIDUAL = {
    "architecture": {"family": "residual", "width": 1, "layers": 2},
    "data": {"inputs": [[1], [2]], "targets": [["5/4"], [-1]]},
    "ridge": [[["1/4"]], [["1/3"]]],
}
CASES = {"title": "Cases", "cases": [{"theorem": "depth", "case": "a chain", "problem": {**PLAIN, "ridge": "1/4"}}]}
FILES = {
    "CASES.json": json_text(CASES),
    "PROBLEM.json": SPURIOUS,
    "RELU.json": json_text(RELU),
    "one-unit.json": json_text(DEEP),
    "with-biases.json": json_text(BIASED),
    "ENSEMBLE.json": json_text(ENSEMBLE),
    "residual.json": json_text(RESIDUAL),
    "problem.json": json_text(PLAIN | {"ridge": "1/4"}),
    "plain.json": json_text(PLAIN),
    "smooth.json": json_text(SMOOTH),
    "samples.csv": "x1,x2,y1,y2\n1,2,3,1/2\n-1,1/3,2,0.5\n",
    "ensemble.json": json_text(ENSEMBLE),
}
"""What pages speak of."""
MADE = {
    "RESULT.json": "solve PROBLEM.json --output RESULT.json",
    "TWO-WEIGHTS.json": "solve problem.json --output TWO-WEIGHTS.json",
    "CERTIFICATE.json": "solve PROBLEM.json --certificate CERTIFICATE.json",
    "SUMMARY.json": "ensemble ENSEMBLE.json --draws 5 --output SUMMARY.json",
    "box.json": "solve smooth.json --certificate box.json",
    "components.json": "solve plain.json --certificate components.json",
    "certificate.json": "solve problem.json --certificate certificate.json",
    "atlas.json": "atlas --select linear-1-1-1-m1 --select linear-2-1-1-m1 --draws 2 --output atlas.json",
}
"""A file that pages take for granted → the command that makes one."""
MEANT = {
    "docs/piecewise-linear.md": {"PROBLEM.json": "RELU.json", "--step H": "--step 0.02"},
    "docs/smooth-networks.md": {},
    "docs/splitting.md": {"PROBLEM.json": "one-unit.json"},
    "docs/theorems.md": {"THEOREM": "depth"},
}
"""Page → what its words in capitals mean there."""
SMALL = {
    "plot functions PROBLEM.json": "plot functions RELU.json",
    "split PROBLEM.json": "split one-unit.json",
    "split one-unit.json --saturate": "split with-biases.json --starts 1 --seed 3 --saturate",
    "RESULT.json --picture contours": "TWO-WEIGHTS.json --picture contours",
    "--runs 1000": "--runs 10",
    "--draws 1000": "--draws 5",
    "--jobs 8": "--jobs 1",
    "--jobs 4": "--jobs 1",
    "--jobs 2": "--jobs 1",
    "soak --sets 15 --eliminate 3": "soak --sets 1 --eliminate 1 --case 2-1-2:m2",
    "soak --jobs 1": "soak --jobs 1 --sets 1 --eliminate 0 --case 2-1-2:m2",
    "against-elimination --jobs 1": "against-elimination --networks 2 --polynomials 2",
    "--common-ridge 200 --no-ridge 200": "--common-ridge 1 --no-ridge 1",
    "table seeds": "table CASES.json",
    "table random-cases": "table CASES.json",
    "table bharadwaj-hosten": "table bharadwaj-hosten --seconds 5",
    "ensemble 2-2-2-gaussian": "ensemble 2-2-2-gaussian --draws 5",
    "atlas --weights 5 --published": "atlas --weights 5 --published --select 'linear-1-1-1-m1'",
    "atlas --weights 6": "atlas --weights 6 --select 'linear-?-1-1-m1' --draws 2",
    "atlas --site": "atlas --select 'linear-?-1-1-m1' --draws 2 --site",
    "--draws 100": "--draws 2",
    "--draws 50 --jobs 1 --output small.json": "--draws 2 --output small.json",
    "valleys-data --inputs 2": "valleys-data --inputs 2 --units 1",
}
"""A part of a command → a smaller one of its kind."""


def commands(page):
    """The commands of a page as they stand there, without comments; those of sessions on their own pages are run there."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^ {4}(?:\$ )?(critscape .*)$", text, re.MULTILINE)
    return [shlex.join(shlex.split(line, comments=True)) for line in found] + [step.command for step in read(page).steps]


def places(page, command):
    """The command with files and numbers of ours."""
    for word, ours in {**MEANT.get(str(page.relative_to(ROOT)), {}), **SMALL}.items():
        command = command.replace(word, ours)
    return shlex.split(command.replace("problems/examples/", f"{EXAMPLES}/"))[1:]


def invoked(arguments):
    """The exit status of a command, run in this process."""
    try:
        return critscape.main(arguments, prog_name="critscape", standalone_mode=False) or 0
    except click.ClickException as refusal:
        pytest.fail(f"critscape {shlex.join(arguments)}: {refusal.format_message()}")


WITH_COMMANDS = [page for page in PAGES if commands(page)]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.stem)
def test_commands_of_pages_have_the_flags_that_they_name(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in commands(page):
        arguments = places(page, command)
        chosen, context = critscape, click.Context(critscape)
        while isinstance(chosen, click.Group):
            name, chosen = arguments[0], chosen.get_command(context, arguments.pop(0))
            assert chosen is not None, (command, name)
        chosen.make_context(name, arguments)


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.stem)
def test_commands_of_pages_answer(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    for command in commands(page):
        arguments = places(page, command)
        for word in arguments:
            if word in MADE and not Path(word).exists():
                assert invoked(shlex.split(MADE[word])) in (0, 1)
        assert invoked(arguments) in (0, 1), command
