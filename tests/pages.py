"""Pages of the documentation as sessions: the files that they show, their commands with what these print, their lines of Python.

``python -m tests.pages PAGE.md … --figures FOLDER`` runs pages and keeps the figures that their commands draw.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shlex
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from critscape.scripts.critscape import critscape

FENCE = re.compile(r"(?:^<!-- file: (\S+) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIGURES = ".svg", ".png", ".pdf"


@dataclass(frozen=True)
class Step:
    """A command as typed, and what the page shows that it prints ("..." stands for any text)."""

    command: str
    printed: str


@dataclass(frozen=True)
class Page:
    """Files by name, commands in order, and the lines of Python as one session."""

    files: dict[str, str]
    steps: tuple[Step, ...]
    python: str
    slow: bool


def read(path: Path) -> Page:
    """The page in a file."""
    text = path.read_text(encoding="utf-8")
    files, steps, python = {}, [], []
    for name, language, body in FENCE.findall(text):
        if name:
            files[name] = body
        if language == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, printed = part.partition("\n")
                steps.append(Step(command, printed))
        if language == "pycon":
            python.append(body)
    return Page(files, tuple(steps), "\n".join(python), text.startswith("<!-- slow -->"))


def run(page: Page, folder: Path) -> list[tuple[Step, Result]]:
    """Every command of the page in a folder that has its files, in this process."""
    for name, content in page.files.items():
        (folder / name).write_text(content, encoding="utf-8")
    done = []
    with contextlib.chdir(folder):
        for step in page.steps:
            program, *arguments = shlex.split(step.command)
            assert program == "critscape", program
            done.append((step, CliRunner(env={"COLUMNS": "100"}).invoke(critscape, arguments, prog_name=program)))
    return done


def main() -> None:
    """Draws the figures of pages again."""
    flags = argparse.ArgumentParser(description=main.__doc__)
    flags.add_argument("pages", nargs="+", type=Path)
    flags.add_argument("--figures", type=Path, required=True)
    given = flags.parse_args()
    for path in given.pages:
        with tempfile.TemporaryDirectory() as folder:
            run(read(path), Path(folder))
            for drawn in sorted(Path(folder).iterdir()):
                if drawn.suffix in FIGURES:
                    shutil.copy(drawn, given.figures / drawn.name)


if __name__ == "__main__":
    main()
