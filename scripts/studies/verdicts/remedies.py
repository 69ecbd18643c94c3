"""What to try where an answer leaves a conclusion open: flags of the same command where they help, else what to ask of another problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.network import Network, weight_count
from critscape.problems.networks.reading import network_from
from critscape.problems.problem.problem import Problem, beyond_double_precision
from critscape.scripts.studies.answer import Answer
from critscape.scripts.studies.components_run import MOST_WEIGHTS, obstacle

SIZES = ("inputs", "widths", "towers", "units", "hidden")
"""Fields of architectures that are numbers of inputs, units or outputs."""


@dataclass(frozen=True)
class Remedy:
    """``flags`` with which the same question may be decided; ``instead`` what may be decided where there are none, or these leave it open."""

    flags: str = ""
    instead: str = ""

    def text(self, theorem: str) -> str:
        """What to try, in a sentence without its stop."""
        if not self.flags:
            return f"no flag decides this; what may be decided is {self.instead}"
        return again(theorem, self.flags) + (f"; if that leaves it open too, what may be decided is {self.instead}" if self.instead else "")


def again(theorem: str, flags: str) -> str:
    """The same question with other flags."""
    return f"`critscape verify {theorem} PROBLEM.json {flags}` asks once more"


def other_choices(answer: Answer) -> Remedy:
    """Other random choices than those behind an answer: centres, loops."""
    return Remedy(flags=f"--seed {answer.document['engine']['seed'] + 1}")


def other_points(answer: Answer) -> Remedy:
    """Where rows are open: other centres meet other points of a component, but what none of these proves asks for isolated points."""
    alone = "the problem with ridges on all weights, different ones such as 1/100, 1/99, …, with which critical points are isolated"
    return replace(other_choices(answer), instead="" if all(answer.problem.ridge) else alone)


def other_engine(answer: Answer) -> Remedy:
    """Elimination where paths were followed, and paths where elimination was tried."""
    return Remedy(flags="--engine batch" if answer.document["engine"]["name"] == "exact" else "--engine exact")


def unlisted(answer: Answer) -> Remedy:
    """Where the critical set is not finite and its components are not listed."""
    return other_engine(answer) if obstacle(answer.problem) is None else within_reach(answer.problem)


def within_reach(problem: Problem) -> Remedy:
    """Where components are not listed whatever the flags are."""
    if beyond_double_precision(problem):
        return Remedy(instead="the same data in other units, in which inputs and targets are numbers of ordinary size")
    fitting = smaller(problem.network)
    such_as = "" if fitting is None else f", such as {fitting.title} with its {weight_count(fitting)} weights"
    return Remedy(instead=f"a smaller network of this family with data for it: at most {MOST_WEIGHTS} weights{such_as}")


def smaller(network: Network) -> Network | None:
    """A network of the same family with few enough weights: the largest sizes are lowered by one again and again; None where that leads to none."""
    while weight_count(network) > MOST_WEIGHTS:
        described = network.document()
        listed = {path: size for name in SIZES for path, size in sizes(described.get(name), (name,))}
        largest = max(listed.values(), default=1)
        if largest == 1:
            return None
        for *keys, last in (path for path, size in listed.items() if size == largest):
            holder = described
            for key in keys:
                holder = holder[key]
            holder[last] -= 1
        try:
            network = network_from(described)
        except BadInput:
            return None
    return network


def sizes(entry: Any, path: tuple) -> Iterator[tuple[tuple, int]]:
    """The integers in an entry of an architecture, each with its path."""
    if isinstance(entry, list):
        for place, part in enumerate(entry):
            yield from sizes(part, (*path, place))
    elif isinstance(entry, int):
        yield path, entry


DEGENERATE = Remedy(
    instead="the problem with data or a ridge that differ from these, if only a little (a degenerate point is degenerate for every engine and seed)"
)
