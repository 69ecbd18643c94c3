"""Changes of a valid certificate of components that make it claim what does not hold, or does not follow from what it gives.

Each returns whether there was something to change.
"""

import copy
from fractions import Fraction

from tests.algebra.certificates.issued_components import number

KINDS = ("global minimum", "spurious local minimum", "local minimum", "local maximum", "strict saddle", "non-strict saddle")
REASONS = ("function space", "curvature", "closed form")
# What a kind says less of is still true.
WEAKER = {"global minimum": {"local minimum"}, "spurious local minimum": {"local minimum"}}


def some(content, draw, wanted=lambda row: True):
    """A row of a kind, or None."""
    rows = [row for row in content["components"] if wanted(row)]
    return draw.choice(rows) if rows else None


def levelled(row):
    """The row with the level that belongs to its claims, as a careful forger would write it."""
    row["level"] = "proved" if row["inertia_bound"] == "exact" and row["kind"] != "degenerate" else "certified"


def any_number(draw):
    return Fraction(draw.choice((-1, 1)) * draw.randint(1, 10**6), draw.randint(1, 10**3))


def moved_point(content, draw):
    row = some(content, draw, lambda row: row["point"])
    if row:
        row["point"] = [str(number(x) + any_number(draw)) for x in row["point"]]
    return row


def moved_box(content, draw):
    """Away from the manifold by 2^10 to 2^60 radii, in a direction in general position."""
    row = some(content, draw, lambda row: row["box"])
    if row:
        by = number(row["box"]["radii"][0]) * 2 ** draw.randint(10, 60)
        for i in range(len(row["box"]["centre"])):
            row["box"]["centre"][i] = str(number(row["box"]["centre"][i]) + by * any_number(draw))
    return row


def widened_box(content, draw):
    row = some(content, draw, lambda row: row["box"])
    if row:
        by = 2 ** draw.randint(102, 160)
        row["box"]["radii"] = [str(number(radius) * by) for radius in row["box"]["radii"]]
    return row


def narrowed_box(content, draw):
    row = some(content, draw, lambda row: row["box"])
    if row:
        narrow = draw.choice(("0", "-1*2^-60", f"1*2^-{draw.randint(2000, 4000)}"))
        row["box"]["radii"] = [narrow] * len(row["box"]["radii"])
    return row


def changed_dimension(content, draw):
    """Another dimension; in a box with as many slices, and with the claims on zeros that belong to it."""
    row = some(content, draw)
    n = sum(row["inertia"].values())
    row["dimension"] = draw.choice([d for d in range(n + 1) if d != row["dimension"]])
    if row["box"]:
        row["box"]["slices"] = [[str(any_number(draw)) for _ in range(n)] for _ in range(row["dimension"])]
    if draw.random() < 0.5:
        row["dimension_bound"] = row["inertia_bound"] = "at least"
        levelled(row)
    return row


def larger_dimension(content, draw):
    """Bounds that are said to be exact and are not."""
    row = some(content, draw, lambda row: row["dimension_bound"] == "at least")
    if row:
        row["dimension_bound"] = "exact"
    return row


def changed_inertia(content, draw):
    row = some(content, draw)
    n, signs = sum(row["inertia"].values()), tuple(row["inertia"].values())
    # Smaller lower bounds still hold.
    weaker = row["inertia_bound"] == "at least"
    choices = [
        (p, q, n - p - q)
        for p in range(n + 1)
        for q in range(n + 1 - p)
        if (p, q) != signs[:2] and not (weaker and p <= signs[0] and q <= signs[1])
    ]
    row["inertia"] = dict(zip(row["inertia"], draw.choice([*choices, (n, 1, 0)])))
    return row


def changed_kind(content, draw):
    row = some(content, draw)
    row["kind"] = draw.choice([kind for kind in KINDS if kind != row["kind"] and kind not in WEAKER.get(row["kind"], ())])
    row["global_by"] = draw.choice(REASONS) if row["kind"] == "global minimum" else None
    if draw.random() < 0.5:
        levelled(row)
    return row


def changed_reason(content, draw):
    """Another reason for a global minimum, which does not hold, or none; or a reason for what is none."""
    row = some(content, draw, lambda row: row["global_by"] != "function space")
    if row:
        row["global_by"] = draw.choice([reason for reason in (*REASONS, None) if reason != row["global_by"]])
    return row


def curved(row):
    return row["global_by"] == "curvature" and row["box"]


def fewer_fields(content, draw):
    """So few vector fields that they do not annihilate as much as is to vanish."""
    if not some(content, draw, curved):
        return None
    content["fields"] = content["fields"][:0]
    return content


def false_field(content, draw):
    """A vector field changed."""
    if not content["fields"]:
        return None
    part = draw.choice(draw.choice(content["fields"]))
    n = len(content["fields"][0])
    part.append([str(any_number(draw) + Fraction(1, 10**6 + 3)), [3] + [0] * (n - 1)])
    return part


def other_curvature(content, draw):
    """A square of a weight taken from the loss and given to another residual: another composition, the sum is L but no longer convex."""
    if not some(content, draw, curved):
        return None
    n = len(content["fields"][0])
    place, c = draw.randrange(n), str(abs(any_number(draw)) + 10**4)
    square = [2 * (i == place) for i in range(n)]
    content["composition"] += [
        {"outer": ["0", "-1"], "inner": [[c, square]]},
        {"outer": ["0", "0", c], "inner": [["1", [k // 2 for k in square]]]},
    ]
    return content


def changed_level(content, draw):
    row = some(content, draw)
    row["level"] = "certified" if row["level"] == "proved" else "proved"
    return row


def with_system(row):
    return row["system"] and row["system"]["relations"]


def dropped_relation(content, draw):
    """A relation left out; in a box with one slice less, so that there are as many equations as unknowns."""
    row = some(content, draw, with_system)
    if row:
        k = draw.randrange(len(row["system"]["relations"]))
        del row["system"]["relations"][k], row["system"]["dependent"][k]
        row["dimension"] -= 1
        if row["box"] and row["box"]["slices"]:
            row["box"]["slices"].pop()
        row["dimension_bound"] = row["inertia_bound"] = "at least"
        levelled(row)
    return row


def false_relation(content, draw):
    """A coefficient changed, of a factor of an entry of the gradient that is not zero on the subspace anyway."""
    row = some(content, draw, lambda row: with_system(row) and not all(len(r) == 1 for r in row["system"]["relations"]))
    if row:
        relation = draw.choice([r for r in row["system"]["relations"] if len(r) > 1])
        term = draw.choice(draw.choice(relation)["factor"])
        term[0] = str(number(term[0]) + any_number(draw))
    return row


def repeated_relation(content, draw):
    """One relation in place of another one: they are not independent."""
    row = some(content, draw, lambda row: with_system(row) and len(row["system"]["relations"]) > 1)
    if row:
        one, other = draw.sample(range(len(row["system"]["relations"])), 2)
        row["system"]["relations"][one] = row["system"]["relations"][other]
    return row


def wrong_dependent(content, draw):
    """An entry of the gradient in no relation, or one twice."""
    row = some(content, draw, with_system)
    if row:
        system, n = row["system"], sum(row["inertia"].values())
        named = {part["entry"] for relation in system["relations"] for part in relation}
        others = [i for i in range(n) if i not in named] or [system["dependent"][0]]
        if others == system["dependent"]:
            return None
        system["dependent"][draw.randrange(len(system["dependent"]))] = draw.choice(others)
        if len(set(system["dependent"])) == len(system["dependent"]) and not set(system["dependent"]) & set(others):
            return None
    return row


def wrong_subspace(content, draw):
    """A form that does not vanish among those that do, or one left out that does."""
    row = some(content, draw, lambda row: row["system"])
    if row:
        system, here = row["system"], row["point"] or row["box"]["centre"]
        alive = [i for i, x in enumerate(here) if number(x)]
        if system["vanishing"] and (not alive or draw.random() < 0.5):
            system["vanishing"].pop(draw.randrange(len(system["vanishing"])))
        elif alive:
            place = draw.choice(alive)
            system["vanishing"].append([str(int(i == place)) for i in range(len(here))])
        else:
            return None
    return row


def other_equations(content, draw):
    row = some(content, draw, lambda row: row["system"])
    if row:
        system = row["system"]
        system["equations"] = "gradient" if system["equations"] == "function space" else "function space"
    return row


def with_factors(row):
    return row["system"] and row["system"]["factors"]


def false_factor(content, draw):
    """A factor that does not vanish at the point, or cofactors of which all are changed or left out."""
    row = some(content, draw, with_factors)
    if row:
        entry, kind = draw.choice(row["system"]["factors"]), draw.randrange(3)
        if kind == 0:
            entry["factor"] = [term for term in entry["factor"] if any(term[1])] + [
                [str(any_number(draw) + Fraction(1, 10**6 + 3)), [0] * len(entry["factor"][0][1])]
            ]
        elif kind == 1:
            entry["cofactors"] = []
        else:
            # In weights of the factor: others may vanish on T, where what is added would be zero.
            seen = [any(k) for k in zip(*(term[1] for term in entry["factor"]))]
            for place, cofactor in enumerate(entry["cofactors"]):
                cofactor.append(["1/7", [(9 + place) * here for here in seen]])
    return row


def factors_without_need(content, draw):
    """A constant as the only factor: it vanishes nowhere; or no factors where equations are not regular."""
    row = some(content, draw, with_factors)
    if row:
        n = sum(row["inertia"].values())
        one = [["1", [0] * n]]
        row["system"]["factors"] = draw.choice((None, [], [{"factor": one, "cofactors": [one]}]))
    return row


def wrong_slices(content, draw):
    """Slices that vanish, that are not independent, that are too few or too many."""
    row = some(content, draw, lambda row: row["box"] and row["box"]["slices"])
    if row:
        slices, kind = row["box"]["slices"], draw.randrange(3)
        if kind == 0:
            slices[draw.randrange(len(slices))] = ["0"] * len(row["box"]["centre"])
        elif kind == 1:
            slices.pop()
        else:
            slices.append([str(any_number(draw)) for _ in row["box"]["centre"]])
    return row


def point_and_box(content, draw):
    """Both, or none."""
    row = some(content, draw)
    box = {"centre": row["point"], "radii": ["1*2^-90"] * len(row["point"] or ()), "slices": []}
    if draw.random() < 0.5:
        row["point"] = row["box"] = None
    elif row["point"]:
        row["box"] = box
    else:
        row["point"] = row["box"]["centre"]
    return row


def changed_loss(content, draw):
    """An enclosure moved by more than its width, or turned around."""
    row = some(content, draw)
    lower, upper = map(number, row["loss"])
    if lower < upper and draw.random() < 0.3:
        row["loss"].reverse()
    else:
        by = draw.choice((-1, 1)) * max(upper - lower, Fraction(1, 2 ** draw.randint(1, 100))) * 2 ** draw.randint(1, 60)
        row["loss"] = [str(lower + by), str(upper + by)]
    return row


def swapped_losses(content, draw):
    row = some(content, draw)
    other = some(content, draw, lambda other: number(other["loss"][0]) > number(row["loss"][1]))
    if other:
        row["loss"], other["loss"] = other["loss"], row["loss"]
    return other


def swapped_places(content, draw):
    """The point or box of one row in another one with another loss."""
    row = some(content, draw)
    other = some(content, draw, lambda other: number(other["loss"][0]) > number(row["loss"][1]))
    if other:
        for name in ("point", "box", "system"):
            row[name], other[name] = other[name], row[name]
    return other


def changed_arc(content, draw):
    row = some(content, draw, lambda row: row["falling"] or row["rising"])
    if row:
        arc, kind = row["falling"] or row["rising"], draw.randrange(4)
        if kind == 0:
            arc["coefficient"] = str(number(arc["coefficient"]) + any_number(draw))
        elif kind == 1:
            arc["order"] = draw.choice([k for k in range(9) if k != arc["order"]])
        elif kind == 2:
            arc["velocity"] = ["0"] * len(arc["velocity"])
        else:
            arc["velocity"] = [str(number(v) + any_number(draw)) for v in arc["velocity"]]
    return row


def missing_arc(content, draw):
    row = some(content, draw, lambda row: row["kind"] == "non-strict saddle" or (row["rising"] and row["kind"] == "local minimum"))
    if row:
        row["falling"] = None
        if row["kind"] == "local minimum":
            row["rising"] = None
    return row


def changed_composition(content, draw):
    if not content["composition"]:
        return None
    term = draw.choice(content["composition"])
    if not term["inner"] or draw.random() < 0.5:
        term["outer"][draw.randrange(len(term["outer"]))] = str(any_number(draw) + Fraction(1, 10**6 + 3))
    else:
        part = draw.choice(term["inner"])
        part[0] = str(number(part[0]) + any_number(draw))
    return term


def convex(row):
    return row["global_by"] in ("function space", "curvature")


def claimed_without_composition(row):
    return convex(row) or (row["system"] and row["system"]["equations"] == "function space")


def missing_composition(content, draw):
    if not content["composition"] or not some(content, draw, claimed_without_composition):
        return None
    content["composition"] = None
    return content


def composition_that_is_not_convex(content, draw):
    """The same sum with c t² taken from a convex function and given back by another term: the sum is L, one function is not convex."""
    if not content["composition"] or not some(content, draw, convex):
        return None
    term = draw.choice(content["composition"])
    c = abs(any_number(draw)) + 10
    taken = copy.deepcopy(term)
    taken["outer"] = ["0", "0", str(c)]
    term["outer"] = [str(number(a) - c * (k == 2)) for k, a in enumerate(term["outer"])]
    content["composition"].append(taken)
    return term


def without_what_is_below(content, draw):
    """Only a spurious minimum and what lies above it are listed."""
    row = some(content, draw, lambda row: row["kind"] == "spurious local minimum")
    if row:
        content["components"] = [other for other in content["components"] if number(other["loss"][0]) >= number(row["loss"][0])]
        content["low"] = draw.choice((None, next((other["point"] for other in content["components"] if other["point"]), None)))
    return row


def another_low_point(content, draw):
    """The only point that lies below a spurious minimum replaced by one that does not."""
    row = some(content, draw, lambda row: row["kind"] == "spurious local minimum" and row["point"])
    if not row or not content["low"] or any(number(other["loss"][1]) < number(row["loss"][0]) for other in content["components"]):
        return None
    content["low"] = draw.choice((row["point"], None))
    return row


def changed_problem(content, draw):
    """One number of the data changed, or a term added to a typed loss."""
    problem = content["problem"]
    if "data" not in problem:
        problem["architecture"]["loss"] += f" + {draw.randint(1, 9)}*(x^{draw.randint(1, 2)}*y^{draw.randint(0, 2)} + 10)/7"
        return problem
    samples = problem["data"][draw.choice(("inputs", "targets"))]
    sample = draw.choice(samples)
    place = draw.randrange(len(sample))
    sample[place] = str(Fraction(sample[place]) + Fraction(1, 10 ** draw.randint(0, 25)))
    return problem


def added_ridge(content, draw):
    """A ridge on one weight, where a listed point does not vanish."""
    problem = content["problem"]
    alive = {i for row in content["components"] for i, x in enumerate(row["point"] or row["box"]["centre"]) if number(x)}
    if "data" not in problem or not alive:
        return None
    rows = [row for block in problem["ridge"] for row in block]
    place = draw.choice(sorted(alive))
    for row in rows:
        if place < len(row):
            row[place] = "1/7"
            return problem
        place -= len(row)
    return None


MUTATIONS = [
    moved_point, moved_box, widened_box, narrowed_box, changed_dimension, larger_dimension, changed_inertia, changed_kind, changed_reason, changed_level,
    fewer_fields, false_field, other_curvature,
    dropped_relation, false_relation, repeated_relation, wrong_dependent, wrong_subspace, other_equations, false_factor, factors_without_need, wrong_slices, point_and_box,
    changed_loss, swapped_losses, swapped_places, changed_arc, missing_arc, changed_composition, missing_composition,
    composition_that_is_not_convex, without_what_is_below, another_low_point, changed_problem, added_ridge,
]  # fmt: skip
