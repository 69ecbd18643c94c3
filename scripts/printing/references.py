"""The papers and programs that a result rests on: those of ``docs/citing.md``, each only where what it is for was used."""

from __future__ import annotations

from dataclasses import dataclass

from critscape.algebra.critical.cross_check import DEGREE, DIMENSION, REAL
from critscape.problems.criteria.squared import Squared
from critscape.problems.networks.families.linear import Linear
from critscape.problems.problem.problem import Problem
from critscape.problems.problem.regression import Regression


@dataclass(frozen=True)
class Reference:
    """One entry of ``docs/citing.md`` by its key there: authors, title, where it appeared, DOI and arXiv if any."""

    key: str
    authors: str
    title: str
    where: str
    doi: str | None = None
    arxiv: str | None = None


REFERENCES = {
    reference.key: reference
    for reference in (
        Reference(
            "mehta2018", "D. Mehta, T. Chen, T. Tang, J. D. Hauenstein",
            "The loss surface of deep linear networks viewed through the algebraic geometry lens", "2018", arxiv="1810.07716",
        ),
        Reference(
            "bharadwaj2023", "A. Bharadwaj, S. Hoşten", "Complex critical points of deep linear neural networks", "2023",
            arxiv="2301.12651",
        ),
        Reference("flint", "The FLINT team", "FLINT: Fast Library for Number Theory", "https://flintlib.org"),
        Reference(
            "johansson2017", "F. Johansson", "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic",
            "IEEE Transactions on Computers 66, 2017", doi="10.1109/TC.2017.2690633",
        ),
        Reference(
            "verschelde1999", "J. Verschelde",
            "Algorithm 795: PHCpack: a general-purpose solver for polynomial systems by homotopy continuation",
            "ACM Transactions on Mathematical Software 25, 1999",
        ),
        Reference(
            "otto2019", "J. Otto, A. Forbes, J. Verschelde", "Solving polynomial systems with phcpy", "SciPy 2019",
            arxiv="1907.00096",
        ),
        Reference(
            "berthomieu2021", "J. Berthomieu, C. Eder, M. Safey El Din", "msolve: a library for solving polynomial systems",
            "ISSAC 2021", doi="10.1145/3452143.3465545",
        ),
        Reference(
            "morgan1989", "A. P. Morgan, A. J. Sommese", "Coefficient-parameter polynomial continuation",
            "Applied Mathematics and Computation 29, 1989",
        ),
        Reference(
            "sommese2005", "A. J. Sommese, C. W. Wampler",
            "The numerical solution of systems of polynomials arising in engineering and science", "World Scientific, 2005",
        ),
        Reference(
            "duff2019", "T. Duff, C. Hill, A. Jensen, K. Lee, A. Leykin, J. Sommars",
            "Solving polynomial systems via homotopy continuation and monodromy", "IMA Journal of Numerical Analysis 39, 2019",
            arxiv="1609.08722",
        ),
        Reference(
            "sommese2002", "A. J. Sommese, J. Verschelde, C. W. Wampler",
            "Symmetric functions applied to decomposing solution sets of polynomial systems",
            "SIAM Journal on Numerical Analysis 40, 2002",
        ),
        Reference(
            "leykin2018", "A. Leykin, J. I. Rodriguez, F. Sottile", "Trace test", "Arnold Mathematical Journal 4, 2018",
            arxiv="1608.00540",
        ),
        Reference(
            "timme2021", "S. Timme", "Mixed precision path tracking for polynomial homotopy continuation",
            "Advances in Computational Mathematics 47, 2021", doi="10.1007/s10444-021-09899-y", arxiv="1902.02968",
        ),
        Reference(
            "deuflhard2011", "P. Deuflhard", "Newton methods for nonlinear problems: affine invariance and adaptive algorithms",
            "Springer, 2011",
        ),
        Reference(
            "morgan1991", "A. P. Morgan, A. J. Sommese, C. W. Wampler",
            "Computing singular solutions to nonlinear analytic systems",
            "Numerische Mathematik 58, 1991",
        ),
        Reference(
            "huber1998", "B. Huber, J. Verschelde", "Polyhedral end games for polynomial continuation",
            "Numerical Algorithms 18, 1998",
        ),
        Reference(
            "krawczyk1969", "R. Krawczyk", "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken",
            "Computing 4, 1969", doi="10.1007/BF02234767",
        ),
        Reference(
            "rump1983", "S. M. Rump", "Solving algebraic problems with high accuracy",
            "in A new approach to scientific computation, Academic Press, 1983",
        ),
        Reference(
            "breiding2023", "P. Breiding, K. Rose, S. Timme", "Certifying zeros of polynomial systems using interval arithmetic",
            "ACM Transactions on Mathematical Software 49, 2023", doi="10.1145/3580277", arxiv="2011.05000",
        ),
        Reference(
            "macaulay1902", "F. S. Macaulay", "Some formulae in elimination",
            "Proceedings of the London Mathematical Society, 1902",
        ),
        Reference(
            "lazard1983", "D. Lazard", "Gröbner bases, Gaussian elimination and resolution of systems of algebraic equations",
            "EUROCAL '83, Springer, 1983", doi="10.1007/3-540-12868-9_99",
        ),
        Reference(
            "morgan1987", "A. P. Morgan, A. J. Sommese",
            "A homotopy for solving general polynomial systems that respects m-homogeneous structures",
            "Applied Mathematics and Computation 24, 1987",
        ),
        Reference(
            "bernstein1975", "D. N. Bernstein", "The number of roots of a system of equations",
            "Functional Analysis and its Applications 9, 1975", doi="10.1007/BF01075595",
        ),
        Reference(
            "li1996", "T.-Y. Li, X. Wang", "The BKK root count in Cⁿ", "Mathematics of Computation 65, 1996",
        ),
    )
}  # fmt: skip


def used(result: dict, problem: Problem | Regression) -> list[tuple[str, list[Reference]]]:
    """What the result used, each with its references, in the order of the work."""
    engine, starts, paths = result["engine"]["name"], result.get("start_set"), result["paths"]
    evidence = {name: entry["holds"] for name, entry in result["evidence"].items()}
    bounds, phcpack = result["bounds"], ("verschelde1999", "otto2019")
    boxes = any(p["certified"] and p.get("kind") != "degenerate" for p in result["critical_points"])
    eliminated = engine == "exact" or any(evidence.get(name) is not None for name in (DEGREE, REAL, DIMENSION))
    deep_linear = isinstance(problem, Problem) and isinstance(problem.network, Linear) and isinstance(problem.criterion, Squared)
    listed = [
        ("deep linear networks with a ridge", deep_linear and any(problem.ridge), ("mehta2018", "bharadwaj2023")),
        ("arithmetic, exact and in balls", True, ("flint", "johansson2017")),
        ("Bézout number of several groups of variables", "multihomogeneous Bézout number" in bounds, ("morgan1987",)),
        ("mixed volume", "mixed volume" in bounds, ("bernstein1975", "li1996", *phcpack)),
        ("start set by a polyhedral homotopy", starts and starts["engine"] == "phcpy", ("li1996", *phcpack)),
        ("start set by monodromy", starts and starts["engine"] == "batch", ("duff2019",)),
        ("trace test", evidence.get("trace test") is not None, ("sommese2002", "leykin2018")),
        ("parameter homotopy", paths["tracked"], ("morgan1989", "sommese2005")),
        ("path tracking", paths["tracked"] and engine == "batch", ("timme2021", "deuflhard2011")),
        ("path tracking by PHCpack", paths["tracked"] and engine == "phcpy", phcpack),
        ("endgame", paths["at_infinity"] + paths["singular"], ("morgan1991", "huber1998")),
        ("elimination by msolve", eliminated, ("berthomieu2021",)),
        ("certified points (Krawczyk's test)", boxes, ("krawczyk1969", "rump1983", "breiding2023")),
        ("upper bound by ranks of Macaulay matrices", "degree of the gradient ideal" in bounds, ("macaulay1902", "lazard1983")),
    ]
    return [(purpose, [REFERENCES[key] for key in keys]) for purpose, was_used, keys in listed if was_used]
