"""What ``critscape show`` knows of a problem before it is solved, as a document."""

from __future__ import annotations

from critscape.algebra.polynomial.loss import gradient, hessian, polynomial
from critscape.algebra.symmetry.continuous import VectorField, infinitesimal_symmetries
from critscape.algebra.symmetry.finite import SignedPermutation, symmetry_group
from critscape.problems.files.problem_file import document
from critscape.problems.networks.network import latex_names
from critscape.problems.problem.problem import Problem, blockwise, loss
from critscape.scripts.studies.descriptions.criterion import criterion_latex, describe_criterion
from critscape.scripts.studies.descriptions.function_space import describe_function_space
from critscape.scripts.studies.engines import bounds, volume_bounds


def describe(problem: Problem) -> dict:
    """Everything ``critscape show`` knows, JSON-ready; polynomials as text and as LaTeX."""
    exact_loss = loss(problem)
    group = symmetry_group(exact_loss)
    fields = infinitesimal_symmetries(exact_loss)
    return {
        "problem": document(problem),
        "title": problem.network.title,
        "variables": list(exact_loss.variables),
        "loss": str(polynomial(exact_loss)),
        "gradient": [str(slope) for slope in gradient(exact_loss)],
        "hessian": [[str(entry) for entry in row] for row in hessian(exact_loss)],
        "latex": latex_forms(problem),
        "bounds": {bound.name: bound.value for bound in (*bounds(problem, exact_loss), *volume_bounds(problem, exact_loss))},
        "symmetry": {
            "order": group.order,
            "generators": [transformation_text(generator, exact_loss.variables) for generator in group.generators],
            "continuous": len(fields),
            "fields": [field_text(field, exact_loss.variables) for field in fields],
        },
        "criterion": describe_criterion(problem),
        "function_space": describe_function_space(problem.network),
        "infinite": problem.network.infinite_reason(blockwise(problem.network, problem.ridge)),
    }


def latex_forms(problem: Problem) -> dict:
    """Loss and gradient in LaTeX, and ℓ where it is not the square, through SymPy."""
    import sympy

    from critscape.algebra.polynomial.symbolic import symbols, sympy_gradient, sympy_loss

    exact_loss = loss(problem)
    names = dict(zip(symbols(exact_loss), latex_names(problem.network)))

    def printed(form: sympy.Poly) -> str:
        return sympy.latex(form.as_expr(), symbol_names=names)

    found = {"loss": printed(sympy_loss(exact_loss)), "gradient": [printed(slope) for slope in sympy_gradient(exact_loss)]}
    residual = criterion_latex(problem)
    return found | ({"residual": residual} if residual else {})


def field_text(field: VectorField, names: tuple[str, ...]) -> str:
    """The differential equations whose flow leaves the loss unchanged, without those of weights that stay where they are.

    >>> from flint import fmpq
    >>> turn = VectorField(((fmpq(0), fmpq(1)), (fmpq(-1), fmpq(0))), (fmpq(0), fmpq(0)))
    >>> field_text(turn, ("x", "y"))
    "x' = y, y' = −x"
    >>> field_text(VectorField(((fmpq(1, 2), fmpq(-3)), (fmpq(0), fmpq(0))), (fmpq(-1), fmpq(0))), ("x", "y"))
    "x' = 1/2 x − 3 y − 1"
    """
    told = []
    for name, row, constant in zip(names, field.linear, field.constant):
        terms = [(a, other) for a, other in zip(row, names) if a != 0] + ([(constant, "")] if constant != 0 else [])
        text = ""
        for a, other in terms:
            size = " ".join(filter(None, ("" if abs(a) == 1 and other else str(abs(a)), other)))
            text += (" − " if a < 0 else " + ") + size if text else ("−" if a < 0 else "") + size
        if text:
            told.append(f"{name}' = {text}")
    return ", ".join(told)


def transformation_text(transformation: SignedPermutation, names: tuple[str, ...]) -> str:
    """A signed permutation by what it changes.

    >>> transformation_text(SignedPermutation((1, 0, 2), (1, 1, -1)), ("x", "y", "z"))
    'x → y, y → x, z → −z'
    """
    changes = [
        f"{names[i]} → {'−' if sign < 0 else ''}{names[target]}"
        for i, (target, sign) in enumerate(zip(transformation.image, transformation.sign))
        if target != i or sign < 0
    ]
    return ", ".join(changes)
