"""Counts of stationary points of random problems for networks whose units are not polynomial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from critscape.problems.networks.network import Architecture
from critscape.problems.recipes.data_recipe import Recipe
from critscape.scripts.studies.engines import TooLarge
from critscape.scripts.studies.options import Options
from critscape.scripts.studies.progress import silent
from critscape.scripts.studies.solution import solution
from critscape.scripts.studies.tables.document import LEVELS

COUNTED = {"stationary": ("clarke", "real"), "minima": ("local_minima",), "spurious": ("spurious_minima",)}
"""Column → the count of a result that it is, by the first name that the result has."""


def drawn(network: Architecture, samples: int, recipe: Recipe, seed: int, draws: int) -> dict:
    """The counts of so many draws; or ``reason`` where they are too much work."""
    found = []
    try:
        with silent():
            for number in range(draws):
                result = solution(recipe.regression(network, samples, seed, number), Options(seed=seed))
                counts = {
                    name: next((result["counts"][key] for key in keys if key in result["counts"]), None) for name, keys in COUNTED.items()
                }
                told = result["levels"].values() if "levels" in result else [entry["level"] for entry in result["stationary"]]
                levels = [level for level in told if level]
                found.append({"status": result["status"], "level": max(levels, key=LEVELS.index, default=None), **counts})
    except TooLarge as error:
        return {"reason": str(error)}
    return {"draws": found}


def cells(found: dict | None, unfinished: str) -> dict[str, dict]:
    """The cells of a row from its draws: largest numbers, distribution, and how many draws have spurious minima."""
    if found is None or "reason" in found:
        empty = {"value": None, "level": None, "notes": [found["reason"] if found else unfinished]}
        return dict.fromkeys(("N_R", "N_R_distribution", "minima", "spurious"), empty)
    complete = [draw for draw in found["draws"] if draw["status"] == "complete"]
    lost = len(found["draws"]) - len(complete)
    notes = [f"{lost} draws are not complete and do not count here"] * bool(lost)
    level = max((draw["level"] for draw in complete if draw["level"]), key=LEVELS.index, default=None)

    def cell(values: Sequence[int | None], value: object) -> dict:
        known = bool(values) and None not in values
        open_draws = [f"{values.count(None)} of the draws leave this open"] * (None in values)
        told = notes + open_draws
        return {"value": value if known else None, "level": level if known else None, **({"notes": told} if told else {})}

    numbers = {name: [draw[name] for draw in complete] for name in COUNTED}
    stationary = [number for number in numbers["stationary"] if number is not None]
    minima = [number for number in numbers["minima"] if number is not None]
    return {
        "N_R": cell(numbers["stationary"], max(stationary, default=None)),
        "N_R_distribution": cell(numbers["stationary"], {str(number): count for number, count in sorted(Counter(stationary).items())}),
        "minima": cell(numbers["minima"], max(minima, default=None)),
        "spurious": cell(numbers["spurious"], sum(bool(number) for number in numbers["spurious"])),
    }
