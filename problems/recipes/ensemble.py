"""An ensemble: a network, a number of samples and a recipe for random data and ridge; read from ensemble files.

``{"architecture": …, "samples": m, "data": …, "ridge": …}``, the first as in problem files, the last two as in
`critscape.problems.recipes.data_recipe`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from critscape.problems.files.documents import checked, refuse_others
from critscape.problems.input.json_file import parse, text_of
from critscape.problems.networks.network import Architecture
from critscape.problems.networks.reading import ACTIVATED, architecture_from
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression
from critscape.problems.recipes.data_recipe import Recipe, read_recipe
from critscape.problems.recipes.distributions import Given
from critscape.problems.recipes.shipped import shipped


@dataclass(frozen=True)
class Ensemble:
    """Random problems of one network with ``samples`` samples (0: a population)."""

    network: Architecture
    samples: int
    recipe: Recipe

    @property
    def polynomial(self) -> bool:
        """Whether the network is polynomial in its weights."""
        return self.network.family not in ACTIVATED

    def problem(self, seed: int, number: int) -> Problem:
        """Draw ``number`` of ``seed``, where the network is polynomial."""
        network: Any = self.network
        return self.recipe.problem(network, self.samples, seed, number)

    def any_problem(self, seed: int, number: int) -> Problem | Regression:
        """Draw ``number`` of ``seed``, whatever the network."""
        return self.recipe.any_problem(self.network, self.samples, seed, number)

    @property
    def title(self) -> str:
        """Architecture, number of samples, and what is not usual in the loss."""
        return self.any_problem(0, 0).title

    def document(self) -> dict:
        """The ensemble as a JSON-ready object, every choice written out."""
        samples = {"samples": self.samples} if self.samples else {}
        return {"architecture": self.network.document(), **samples, **self.recipe.document()}


def load(source: Path) -> Ensemble:
    """The ensemble of a file, or the one of this name that ships with critscape.

    Raises
    ------
    BadInput : unreadable file, no JSON, or content that ``read`` refuses.
    """
    known = shipped("ensembles")
    path = source if source.exists() or source.suffix else known.get(source.name, source)
    text = text_of(path, f"a readable ensemble file, or one of {', '.join(known)}", str(source))
    content = parse(text, str(source))
    refuse_others(content, str(source), "ensemble")
    return read(content, path.parent)


def read(content: Any, folder: Path = Path()) -> Ensemble:
    """The ensemble that parsed JSON describes; a file of data sets is looked for in ``folder``.

    Raises
    ------
    BadInput : a missing or unknown field, a value out of range, a recipe that does not fit the network.
    """
    checked(content, "ensemble")
    recipe = read_recipe({name: content[name] for name in ("data", "loss", "ridge") if name in content}, folder=folder)
    ensemble = Ensemble(architecture_from(content["architecture"]), recipe.samples(content.get("samples"), "samples"), recipe)
    # Whatever does not fit shows in the first draw, and in data sets of a file in each one.
    for number in range(len(recipe.data.sets) if isinstance(recipe.data, Given) else 1):
        ensemble.any_problem(0, number)
    return ensemble
