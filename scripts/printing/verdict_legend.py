"""What levels and columns of verdicts mean, beside the tables that have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from critscape.scripts.studies.verdicts.extent import Extent

LEVELS = {
    "proved": "shown in exact or ball arithmetic; rests on nothing else",
    "certified": "the critical points behind it are proved; that none is missing of those that it covers (points, or components of them) rests on "
    "evidence (trace test, limits from several centres), not on a proof",
    "numerical": "computed in floating point, and not proved",
}
"""What a level says of whatever it stands beside: a conclusion, a row, a count."""
BY_THEOREM = "its hypotheses are checked exactly on this case, and it is proved in the source; nothing was computed that confirms it here"
COLUMNS = {
    "rank MX": "rank of the end-to-end matrix M = W_H ⋯ W_1 (of several towers the sum of theirs) on the inputs, the columns of X",
    "rank M": "rank of the end-to-end matrix M = W_H ⋯ W_1, of several towers the sum of theirs",
    "∇ℓ(M)": "gradient of the error by M, without the ridge; –: not decided",
    "two layers": "the minimum of equal loss and matrix of the problem with one hidden layer (of spurious minima only, else –, and where this is "
    "that problem)",
    "S": "the set of eigenvalues σ_1 ≥ σ_2 ≥ … > 0 of YX†XYᵀ, at most p of them, with L = ½(‖Y‖² − Σ_S σ_k); X and Y have the inputs and the "
    "targets as columns, X† is the pseudoinverse of X, p the least width; {1, …, r}: the r largest; ∅: none, r = 0; no S: none has this loss; –: "
    "not decided, or, for weighted errors, not asked",
    "dimension": "of the critical set there; ≥: a lower bound",
    "set dimension": "of each set, on its face: where sets touch, the critical set there may have a larger one",
    "inertia of R": "numbers of (positive, negative, zero) eigenvalues of R; 0: R = 0; ≥: at least so many; –: not decided",
    "escape of order": "order in t of the way down w(t) that is exhibited; –: none, as at every local minimum",
    "dead units": "units with w_j·x_i = 0 on every sample: with a ridge w_j = 0 and v_j = 0, without one v_j is any number with "
    "which no small change of w_j lowers L (often of one sign); a unit that is off, w_j·x_i < 0, is not counted",
    "kinks": "independent samples on which a unit that is not dead has w_j·x_i = 0; descent with fixed steps keeps crossing them, and its loss "
    "stays above that of the row, the less so the shorter the steps are",
    "sets": "sets of local minima alike in all columns, each on one face (the signs of all w_j·x_i) and with one sign of each v_j; sets may touch, so "
    "that they are no connected components",
    "λ": "share of the first copy of the unit's outgoing weights; 1 − λ that of the second",
    "theorem": "what it says of such points; –: nothing",
    "inertia of ∇²L": "numbers of (positive, negative, zero) eigenvalues of the Hessian of the wider network, in which a ridge on the unit is shared: a copy with "
    "share λ has λ times that of the incoming weights and 1/λ times that of the outgoing ones (else the copies are not critical); –: not decided",
    "infimum": "of the loss on one valley: the points that stay together by paths on which the loss is below c, for every c above this "
    "infimum; rows with a barrier are apart up to it",
    "attained": "whether the loss is equal to the infimum at some point of the valley; –: not decided",
    "barrier": "the level from which on the valley holds a point as low or lower that was not in it; –: there is none",
    "spurious": "whether the infimum of the valley lies above that of L (where both are attained: it holds no global minimum); –: not decided, as where of "
    "several lowest valleys that are not told apart one may be higher",
    "copies": "valleys alike in all columns",
    "rows": "critical points, or sets of them (of components or of pieces of these), that `critscape solve` lists in a row each and that are alike here",
}
"""What stands in a column."""


def level_lines(conclusion: dict, rows: Iterable[str]) -> list[str]:
    """One line for each level that a verdict names, the strongest first."""
    named = set(rows) | (set() if by_theorem(conclusion) else {conclusion["level"]})
    lines = [f"{level}: {meaning}" for level, meaning in LEVELS.items() if level in named]
    return [f"{conclusion['level']}, of the conclusion: {BY_THEOREM}", *lines] if by_theorem(conclusion) else lines


def by_theorem(conclusion: dict) -> bool:
    """Whether a conclusion is the theorem's own, of which no enumeration says anything on these data."""
    return conclusion.get("extent") == Extent.BY_THEOREM.value


def column_lines(headings: Sequence[str]) -> list[str]:
    """One line for each column that is not plain words."""
    return [f"{name}: {COLUMNS[name]}" for name in headings if name in COLUMNS]
