"""The pages in ``docs/``: their examples are read, solved and proved by the program, and what they name is there."""

import json
import re
from dataclasses import asdict, fields
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from critscape.algebra.certificates.certificate import certificate
from critscape.algebra.certificates.checker import first_failure
from critscape.algebra.certificates.claims import read_claims
from critscape.algebra.components.certificate import component_certificate
from critscape.algebra.elimination import msolve
from critscape.problems.files.data_and_loss import DATA, LOSS
from critscape.problems.files.documents import kind_of, schema
from critscape.problems.files.problem_file import document, read, read_any
from critscape.problems.files.writing import json_text
from critscape.problems.input.json_file import parse
from critscape.problems.networks.reading import FAMILIES, network_from
from critscape.problems.objectives.moments import squared
from critscape.problems.problem.problem import loss
from critscape.problems.recipes import ensemble, table_file
from critscape.problems.recipes.data_recipe import read_recipe
from critscape.problems.spaces.knowledge import composition
from critscape.scripts.critscape import COMMANDS
from critscape.scripts.studies.answer import solve
from critscape.scripts.studies.certificate_check import checked
from critscape.scripts.studies.ensembles.draw import Draw, drawn
from critscape.scripts.studies.ensembles.records import TABLES
from critscape.scripts.studies.landscapes.document import landscape_document
from critscape.scripts.studies.landscapes.survey import surveyed
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.start_set_list import shipped_list
from critscape.scripts.studies.start_sets import shipped_folder
from critscape.scripts.studies.verdicts import theorems
from critscape.scripts.studies.verdicts.run import verified

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
FILES = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^<!-- ([a-z]+) -->\n```json\n(.*?)\n```$", FILES, re.MULTILINE | re.DOTALL)
MOST_PATHS = 1000


def blocks(kind):
    """The examples of a kind, as text."""
    found = [text for name, text in BLOCKS if name == kind]
    assert found, kind
    return found


def example(kind):
    """The only example of a kind, parsed as JSON with ordinary numbers."""
    (text,) = blocks(kind)
    return json.loads(text)


def described(heading):
    """The names in the first columns of the tables below a heading, up to the next heading of its level."""
    section = FILES.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"`([^`]+)`", "\n".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE))))


@pytest.fixture(scope="module")
def answered():
    """The result of the first problem with all points, and its critical set."""
    problem = read(parse(blocks("problem")[0], "docs"))
    answer = solve(problem, Options(engine="batch", max_paths=MOST_PATHS, points="all"))
    return problem, answer.document, answer.critical


@pytest.fixture
def sets_folder(tmp_path):
    """A folder with the file of data sets that the recipes name."""
    (text,) = blocks("sets")
    (tmp_path / "sets.json").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_example_is_of_a_kind_that_is_tested():
    assert len(BLOCKS) == FILES.count("```json")
    kinds = "problem result degenerate certificate components landscape ensemble data sets ridge draw table networks"
    assert {name for name, _ in BLOCKS} == set(kinds.split())


def test_problems_on_the_page_are_read_and_written_back():
    for text in blocks("problem"):
        problem = read_any(parse(text, "docs"))
        assert read_any(parse(json.dumps(document(problem)), "docs")) == problem


def test_every_family_and_every_field_of_a_loss_is_described():
    named = described("Problem files")
    assert {*FAMILIES, "piecewise-linear"} <= named and {*LOSS["properties"], *DATA["properties"]} <= {
        name.removeprefix("data.") for name in named
    }


def test_the_result_is_what_the_program_answers(answered):
    problem, result, _ = answered
    shown, made = example("result"), json.loads(json.dumps(result))
    assert read(shown) == problem
    for entry in (shown, made):
        for changing in ("seconds", "start_set", "evidence", "bounds"):
            entry[changing] = set(entry[changing])
        entry["engine"]["versions"] = set(entry["engine"]["versions"])
    # The mixed volume needs phcpy, which is not everywhere.
    for name in ("evidence", "bounds"):
        shown[name], made[name] = ({n for n in entry[name] if "mixed volume" not in n} for entry in (shown, made))
    assert made == shown


def test_every_field_of_a_result_is_described(answered):
    _, result, _ = answered
    named = described("Results")
    degenerate = example("degenerate")
    nested = ("counts", "paths", "symmetry", "engine")
    found = {*result, "reason", "function_space", "landscape", *chain.from_iterable(result["critical_points"]), *degenerate} - {*nested[1:]}
    found |= {f"{name}.{field}" for name in nested for field in result[name]}
    # What flags add, and what sets have that are not finite.
    assert named == found | {"eigenvalues", "rank"} | {"components", "asymptotic_values", "account"}


@pytest.mark.skipif(not msolve.available(), reason="msolve is not installed")
def test_the_degenerate_point_is_what_elimination_finds():
    problem = read({"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[1]]}, "ridge": 1})
    result = solve(problem, Options(engine="exact", max_paths=MOST_PATHS)).document
    assert (result["status"], result["critical_points"]) == ("complete", [example("degenerate")])


def test_the_certificate_is_proved_and_is_the_result_s(answered):
    problem, _, critical = answered
    content = example("certificate")
    assert read(content["problem"]) == problem
    claims = read_claims(content, problem.dimension)
    assert first_failure(loss(problem), claims) is None
    assert claims.upper_bound.bound == claims.complex_at_least == len(claims.points)
    made = certificate(critical.enumeration.points, critical.real, document(problem), critical.proof)
    assert {**made, "points": None} == {**content, "points": None}
    flat = {f"{name}.{field}" for name in ("counts", "upper_bound") for field in made[name]}
    flat |= {f"points[].{field}" for field in made["points"][0]} | {"format", "problem", "upper_bound", "points"}
    # A small proof has none.
    flat.add("upper_bound.combinations")
    assert described("Certificates") == flat


def test_the_certificate_of_components_is_proved_and_every_field_described():
    content = example("components")
    assert kind_of(content) == "component certificate" and checked(content, "flint") and checked(content, "mpmath")
    problem = {"architecture": content["problem"]["architecture"], "data": content["problem"]["data"]}
    answer = solve(read(problem), Options(engine="batch", max_paths=MOST_PATHS, components=True))
    found, problem, units = [row.component for row in answer.table.rows], answer.problem, answer.table.units
    assert component_certificate(loss(problem), found, composition(problem), document(problem), units) == content
    row = content["components"][0]
    named = {
        "format",
        "problem",
        "composition",
        "fields",
        "low",
        "components",
        *(f"composition[].{name}" for name in content["composition"][0]),
    }
    named |= {f"components[].{name}" for name in row} | {f"components[].system.{name}" for name in row["system"]}
    named |= {f"components[].system.relations[][].{name}" for name in ("entry", "factor")}
    named |= {f"components[].system.factors[].{name}" for name in ("factor", "cofactors")}
    assert described("Certificates of components") == named | {f"components[].box.{name}" for name in ("centre", "radii", "slices")}


def test_ensembles_and_recipes_are_read(sets_folder):
    found = ensemble.read(parse(*blocks("ensemble"), "docs"))
    ridges, data = parse(*blocks("ridge"), "docs"), parse(*blocks("data"), "docs")
    network = network_from({"family": "linear", "widths": [1, 1, 1]})
    for recipe in [{"data": entry, "ridge": ridges[0]} for entry in data] + [{"data": data[0], "ridge": ridge} for ridge in ridges]:
        assert read_recipe(recipe, folder=sets_folder).problem(network, 2, 0, 1).samples == 2
    names = {entry["distribution"] for entry in data} | {entry["distribution"] for entry in ridges if isinstance(entry, dict)}
    fields = {"distribution", "architecture", "samples", "data", "loss", "ridge"}
    assert described("Ensemble files") == names - {"log-uniform"} | {"population"} | fields
    assert found.samples == 1 and "`log-uniform` with" in FILES


def test_a_draw_is_recorded_as_shown():
    found = ensemble.read(parse(*blocks("ensemble"), "docs"))
    shown, made = example("draw"), asdict(drawn(found, 7, MOST_PATHS, 1))
    assert shown.pop("seconds") > 0 and made.pop("seconds") > 0
    for name in ("by_index", "losses"):
        assert json.loads(made.pop(name)) == pytest.approx(json.loads(shown.pop(name)), rel=1e-8)
    assert made.pop("eigenvalue") == pytest.approx(shown.pop("eigenvalue"), rel=1e-5)
    assert made == shown
    assert described("Records of an ensemble") == {f.name for f in fields(Draw)}
    for table, (columns, _) in TABLES.items():
        assert f"Table `{table}`" in FILES and (table == "draws" or all(f"`{column}`" in FILES for column in columns))


def test_the_table_is_read_and_every_column_described():
    table = table_file.read_table(parse(*blocks("table"), "docs"))
    assert [row.published for row in table.rows] == [(("N_C", 5),), (("N_C", 17),)]
    named = described("Table files")
    assert set(table_file.COLUMNS) <= named
    assert {"title", "source", "data", "ridge", "draws", "columns"} <= named
    assert {f"rows[].{name}" for name in ("architecture", "samples", "part", "published")} <= named


def test_start_sets_have_the_arrays_and_the_record_that_are_described():
    shipped = list(shipped_list())
    for entry in example("networks"):
        for samples in entry["samples"]:
            assert squared(network_from(entry["architecture"]), samples) in shipped
    with np.load(shipped_folder() / "linear-1-1-1-1-m1-batch.npz", allow_pickle=False) as stored:
        assert set(stored.files) == described("Start sets")
        record = json.loads(str(stored["provenance"]))
    section = FILES.split("\n## Start sets\n")[1]
    assert all(f"`{name}`" in section for name in record)


LANDSCAPE_FACTS = (
    "problem", "status", "source", "level", "spurious_valleys_exist", "counts", "levels", "sublevel_sets", "minima", "saddles",
    "components", "spurious_valleys", "symmetry", "integration",
)  # fmt: skip
LANDSCAPE_LISTS = ("levels", "sublevel_sets", "minima", "saddles", "components")


def test_the_landscape_on_the_page_is_the_one_that_is_computed(tmp_path):
    (tmp_path / "problem.json").write_text(blocks("problem")[0], encoding="utf-8")
    found = json.loads(json_text(landscape_document(surveyed(tmp_path / "problem.json", Options(engine="batch", max_paths=MOST_PATHS)))))
    shown = example("landscape")
    assert list(shown) == list(found)
    assert {name: shown[name] for name in LANDSCAPE_FACTS} == {name: found[name] for name in LANDSCAPE_FACTS}
    section = FILES.split("\n## Landscapes\n")[1].split("\n## ")[0]
    names = {"reason", "depth_closed_form", *found, *chain.from_iterable(entry for key in LANDSCAPE_LISTS for entry in found[key])}
    assert not [name for name in names if f"`{name}" not in section]


def test_problems_on_other_pages_are_read():
    texts = [page.read_text(encoding="utf-8") for page in PAGES if page.name != "files.md"]
    for text in chain.from_iterable(re.findall(r"^```json\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL) for text in texts):
        assert read_any(parse(text, "docs")).dimension


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_files_links_and_commands_on_a_page_exist(page):
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:algebra|problems|scripts|tests)/[\w./-]*)`", text):
        assert (ROOT / name).exists(), name
    for target, _, heading in (link.partition("#") for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link):
        linked = page.parent / target if target else page
        assert linked.is_file(), target
        headings = re.findall(r"^#+ (.*)$", linked.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}, heading
    for name in re.findall(
        r"`critscape ([a-z]+)[^`0-9]*`|\$ critscape ([a-z]+)", re.sub("`critscape (component )?certificate [0-9]+`", "", text)
    ):
        assert "".join(name) in {*COMMANDS, *FAMILIES}, name


def test_the_readme_is_short_enough_to_be_read():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_citation_file_has_the_version_of_the_package():
    setup = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    version = re.search(r"^version = (.*)$", setup, re.MULTILINE)[1]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_entries_of_the_bibliography_that_are_named_are_there():
    keys = re.findall(r"^@\w+\{(\w+),$", (ROOT / "docs" / "citing.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys))
    named = re.findall(r"`([a-z]+\d{4}|flint)`", (ROOT / "docs" / "citing.md").read_text(encoding="utf-8"))
    assert named and set(named) <= set(keys)


def test_every_field_of_a_stationary_document_is_described():
    answer = schema("stationary")["properties"]
    rows = answer["stationary"]["items"]["properties"]
    named = described("Stationary points of piecewise linear networks")
    common = {"format", "name", "problem", "reason", "evidence", "engine", "seconds"}
    assert {*answer, *rows} - common <= named <= {*answer, *rows}


def test_the_theorem_on_the_page_is_found_and_gives_verdicts(tmp_path, monkeypatch):
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    ((name, code),) = re.findall(r"^<!-- theorem: (\w+) -->\n```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(theorems, "__path__", [*theorems.__path__, str(tmp_path)])
    assert name in theorems.names()
    ridged = read_any(
        {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[2]]}, "ridge": "1/4"}
    )
    found = verified(name, ridged, Options())
    assert found["conclusion"]["verdict"] == "holds" and found["conclusion"]["level"] == "proved"
    assert [hypothesis["holds"] for hypothesis in found["hypotheses"]] == [True] and len(found["evidence"]) == 2
    bare = verified(name, read_any({**document(ridged), "ridge": 0}), Options())
    assert bare["hypotheses"][0]["holds"] is False and bare["conclusion"]["verdict"] != "holds"
