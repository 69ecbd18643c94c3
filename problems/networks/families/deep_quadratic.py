"""Deep networks of squares with norms as regressors: h_l = L_l (W_l h_{l−1})² + s_l ‖h_{l−1}‖² with h_0 = x, l = 1, …, H.

The output is f(x) = h_H, with + s_{H+1} ‖x‖^(2^H) if the norm of the input is a regressor too; the square is taken entrywise
(Kazemipour, Larsen and Druckmann, "Avoiding spurious local minima in deep quadratic networks", arXiv 2001.00098).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from critscape.problems.input.bad_input import BadInput
from critscape.problems.networks.families.linear import Linear
from critscape.problems.networks.families.polynomial_network import XPolynomial, collected, combined, refuse_large, squared
from critscape.problems.networks.network import Block, Matrix, flat_blocks, monomials, weight_count


@dataclass(frozen=True)
class DeepQuadratic:
    """h_l = L_l (W_l h_{l−1})² + s_l ‖h_{l−1}‖² for l = 1, …, H, all of it trained.

    ``widths`` has the dimensions of h_0 = x, h_1, …, h_H and ``hidden`` the number of squares in each layer. s_l is there for the
    l in ``norm_layers``, and s_{H+1} ‖x‖^(2^H) is added to h_H if ``input_norm``; each s has one entry per output of its layer.
    """

    widths: tuple[int, ...]
    hidden: tuple[int, ...]
    norm_layers: tuple[int, ...] = ()
    input_norm: bool = False

    family: ClassVar[str] = "deep-quadratic"
    schema: ClassVar[dict] = {
        "type": "object",
        "description": "an object with family, widths, units, norm_layers and input_norm",
        "properties": {
            "family": {"const": "deep-quadratic"},
            "widths": {
                **Linear.schema["properties"]["widths"],
                "description": "a list of two or more positive integers: the dimensions of the input and of each layer's output",
            },
            "units": {
                **Linear.schema["properties"]["widths"],
                "minItems": 1,
                "description": "a list of one positive integer per layer: its number of squares",
            },
            "norm_layers": {
                "type": "array",
                "items": {"type": "integer", "minimum": 1, "description": "the number of a layer, from 1"},
                "uniqueItems": True,
                "description": "a list of different layers, counted from 1, that have the norm of their input as a regressor",
            },
            "input_norm": {
                "type": "boolean",
                "description": "true or false: whether a power of the norm of x is a regressor of the last layer",
            },
        },
        "required": ["family", "widths", "units"],
        "additionalProperties": False,
        "examples": [
            {"family": "deep-quadratic", "widths": [2, 1], "units": [1], "norm_layers": [1]},
            {"family": "deep-quadratic", "widths": [1, 1], "units": [1]},
        ],
    }

    @classmethod
    def from_document(cls, document: dict) -> DeepQuadratic:
        """The network of a validated ``architecture`` object; there are no norms unless it names them.

        Raises
        ------
        BadInput : not one number of units per layer, a norm for a layer that is not there, the norm of the input of a single layer
            (which is s_1), an f with too many monomials.
        """
        widths, hidden = tuple(document["widths"]), tuple(document["units"])
        depth, norms, input_norm = len(widths) - 1, document.get("norm_layers", []), document.get("input_norm", False)
        if len(hidden) != depth:
            raise BadInput("architecture.units", f"one number per layer, so {depth}", document["units"])
        for i, layer in enumerate(norms):
            if layer > depth:
                raise BadInput(f"architecture.norm_layers[{i}]", f"a layer between 1 and {depth}", layer)
        if input_norm and depth == 1:
            raise BadInput("architecture.input_norm", "false with one layer, whose regressor is norm_layers [1]", input_norm)
        refuse_large(widths[0], 2**depth)
        return cls(widths, hidden, tuple(sorted(norms)), input_norm)

    def document(self) -> dict:
        return {
            "family": self.family,
            "widths": list(self.widths),
            "units": list(self.hidden),
            "norm_layers": list(self.norm_layers),
            "input_norm": self.input_norm,
        }

    def normal_form(self) -> tuple[DeepQuadratic, tuple[Fraction, ...]]:
        return self, (Fraction(1),) * weight_count(self)

    @property
    def inputs(self) -> int:
        return self.widths[0]

    @property
    def outputs(self) -> int:
        return self.widths[-1]

    @property
    def depth(self) -> int:
        """The number H of layers."""
        return len(self.hidden)

    @property
    def title(self) -> str:
        return "deep quadratic " + self.units

    @property
    def units(self) -> str:
        norms = "".join(f", {block.name}" for block in self.blocks if block.name[0] == "s")
        return f"{Linear(self.widths).units}, units {Linear(self.hidden).units}{norms}"

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        for layer, (columns, units, rows) in enumerate(zip(self.widths, self.hidden, self.widths[1:]), start=1):
            yield Block(f"W{layer}", units, columns)
            yield Block(f"L{layer}", rows, units)
            if layer in self.norm_layers:
                yield Block(f"s{layer}", rows, 1)
        if self.input_norm:
            yield Block(f"s{self.depth + 1}", self.outputs, 1)

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        return monomials(self.inputs, 2**self.depth)

    def coefficients(self, weights: Sequence[Matrix]) -> Matrix:
        rest = iter(weights)
        x: list[XPolynomial] = [{alpha: 1} for alpha in monomials(self.inputs, 1)]
        h = x
        for layer in range(1, self.depth + 1):
            features, outward = [squared(combined(row, h)) for row in next(rest)], next(rest)
            regressors = [squared_norm(h)] if layer in self.norm_layers else []
            if self.input_norm and layer == self.depth:
                regressors.append(self.norm_power(x))
            for regressor in regressors:
                features.append(regressor)
                outward = [[*row, *entry] for row, entry in zip(outward, next(rest))]
            h = [combined(row, features) for row in outward]
        return [[output[alpha] for alpha in self.exponents] for output in h]

    def norm_power(self, x: Sequence[XPolynomial]) -> XPolynomial:
        """‖x‖^(2^H)."""
        power = squared_norm(x)
        for _ in range(self.depth - 1):
            power = squared(power)
        return power

    def infinite_reason(self, ridge: Sequence[Matrix]) -> str | None:
        """A unit is unchanged under w → t w, a → a/t² outward; f under h_l → Q h_l with Q orthogonal, as ‖h_l‖ is.

        Without a norm behind it an output of a layer is also free to be rescaled.
        """
        strengths = {block.name: rows for block, rows in zip(self.blocks, ridge)}
        for layer in range(1, self.depth + 1):
            inward, outward = strengths[f"W{layer}"], strengths[f"L{layer}"]
            if any(not any(row) and not any(column) for row, column in zip(inward, zip(*outward))):
                return (
                    f"the ridge is zero around a unit of layer {layer}: "
                    "rescaling it inward against outward moves critical points along curves"
                )
            if layer == self.depth:
                break
            norm = strengths.get(f"s{layer}", [()] * len(outward))
            ends = [((*row, *entry), column) for row, entry, column in zip(outward, norm, zip(*strengths[f"W{layer + 1}"]))]
            if layer + 1 not in self.norm_layers and any(not any(row) and not any(column) for row, column in ends):
                return (
                    f"the ridge is zero around an output of layer {layer}: "
                    "rescaling it against the next layer moves critical points along curves"
                )
            alike = max(map(ends.count, ends))
            if alike > 1:
                return (
                    f"{alike} outputs of layer {layer} have the same ridges inward and outward, "
                    f"which leaves the rotations O({alike}) as a symmetry"
                )
        return flat_blocks(self, [[[1]] if block.name in self.held else rows for block, rows in zip(self.blocks, ridge)])

    @property
    def held(self) -> set[str]:
        """The blocks that the data hold without a ridge.

        The coefficient of ‖x‖^(2^H) solves a linear regression. All other weights may vanish together, and what is then free can
        be read off: a single layer holds W_1 up to the w with Σ_i y_i (w·x_i)² = 0, and s_1 times a scalar h_1 meets s_2.
        """
        held = {f"s{self.depth + 1}"}
        if self.depth == 1:
            return held | {"s1"} | ({"W1"} if self.inputs <= self.outputs else set())
        return held | ({"s1"} if 2 in self.norm_layers and self.widths[1] == 1 else set())


def squared_norm(polynomials: Sequence[XPolynomial]) -> XPolynomial:
    """Σ_i p_i² for polynomials p_i in x."""
    return collected(term for p in polynomials for term in squared(p).items())
