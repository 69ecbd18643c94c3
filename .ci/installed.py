"""Uses critscape as it is installed beside this Python, from a folder that has a scripts/ and a problems.py of its own.

Three problems are solved and their certificates checked in both arithmetics; a ridge of zero, a report, a figure, the
public door.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import files, requires, version
from pathlib import Path

COUNTS = {"1-1-1": 5, "2-1-2": 17, "quadratic-2-1-trained": 33}
NO_RIDGE = {"architecture": {"family": "linear", "widths": [1, 1, 1]}, "data": {"inputs": [[1]], "targets": [[2]]}}
DOOR = """
import critscape
answer = critscape.solve(critscape.linear(widths=(1, 1, 1, 1), inputs=[[1]], targets=[["5/4"]], ridge="1/4"))
print(critscape.__file__, answer.status, answer.counts["complex"])
"""


def run(*arguments: str, statuses: tuple[int, ...] = (0,)) -> str:
    """Standard output of a command that must end with one of these statuses."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode not in statuses or "Traceback" in done.stderr:
        sys.exit(f"{' '.join(arguments)}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def expect(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"does not hold: {what}")


def main() -> None:
    """Everything, in a temporary folder; the first thing that fails ends it."""
    expect({path.parts[0].split("-")[0] for path in files("critscape") if path.parts[0] != ".."} == {"critscape"}, "one name is installed")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["XDG_CACHE_HOME"] = folder
        Path("scripts").mkdir()
        for name in ("scripts/__init__.py", "problems.py", "algebra.py"):
            Path(name).write_text("raise ImportError('somebody else\\'s')\n")
        found = run(sys.executable, "-c", DOOR).split()
        expect(Path(found[0]).is_relative_to(sys.prefix), "critscape is the one that is installed")
        expect(found[1:] == ["complete", "17"], "1-1-1-1 has 17 critical points")
        critscape = str(Path(sys.executable).parent / "critscape")
        examples = Path(found[0]).parent / "problems" / "examples"
        for name, count in COUNTS.items():
            answer = json.loads(run(critscape, "solve", str(examples / f"{name}.json"), "--certificate", "c.json", "--format", "json"))
            expect((answer["status"], answer["counts"]["complex"]) == ("complete", count), f"{name} has {count} critical points")
            for arithmetic in ("flint", "mpmath"):
                expect(f"exactly {count} " in run(critscape, "check", "c.json", "--arithmetic", arithmetic), f"the certificate of {name}")
        Path("no-ridge.json").write_text(json.dumps(NO_RIDGE))
        answer = json.loads(run(critscape, "solve", "no-ridge.json", "--format", "json", statuses=(0, 1)))
        expect(answer["status"] == "not-finite", "without a ridge the critical points of 1-1-1 are not finite")
        run(critscape, "solve", str(examples / "2-1-2.json"), "--output", "result.json")
        run(critscape, "report", "result.json", "--output", "report.html")
        expect("2-1-2" in Path("report.html").read_text(encoding="utf-8"), "a report is written")
        expect("symmetries" in run(critscape, "show", str(examples / "2-1-2.json")), "a problem is shown")
        run(critscape, "plot", "bifurcation", str(examples / "1-1-1.json"), "--from", "1/10", "--to", "10", "--output", "figure.png")
        expect(Path("figure.png").stat().st_size > 1000, "a figure is drawn")
    names = sorted(requirement.split(">")[0] for requirement in requires("critscape") or () if "extra" not in requirement)
    print(f"critscape works in Python {sys.version.split()[0]} with " + ", ".join(f"{name} {version(name)}" for name in names))


if __name__ == "__main__":
    main()
