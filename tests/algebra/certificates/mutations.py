"""Changes of a valid certificate that change what it claims."""

import copy
from fractions import Fraction

from critscape.problems.files.problem_file import document, read
from critscape.problems.recipes.random_data import random_problem
from tests.algebra.certificates.issued import number, text


def recounted(content):
    """The same points with the counts that belong to them, as a careful forger would write them."""
    indices = [point["index"] for point in content["points"] if point["real"]]
    content["counts"] = {
        "complex_at_least": len(content["points"]),
        "real_at_least": len(indices),
        "by_index_at_least": {str(index): indices.count(index) for index in sorted({i for i in indices if i is not None})},
    }


def shifted_box(content, draw):
    """A box away from its zero: by 2 to 2^60 radii along one axis."""
    point = draw.choice(content["points"])
    pair = draw.choice(point["centre"])
    part = 0 if point["real"] else draw.randrange(2)
    by = number(point["radius"]) * 2 ** draw.randint(1, 60)
    pair[part] = text(number(pair[part]) + draw.choice((-1, 1)) * by)


def widened_box(content, draw):
    """A box so wide that it holds other zeros, or none can be proved alone in it."""
    point = draw.choice(content["points"])
    point["radius"] = text(number(point["radius"]) * 2 ** draw.randint(68, 120))


def narrowed_box(content, draw):
    """A box too narrow for the distance from its centre to the zero, or of no or negative size."""
    point = draw.choice([p for p in content["points"] if any(part != "0*2^0" for pair in p["centre"] for part in pair)])
    point["radius"] = draw.choice(("0*2^0", "-1*2^-60", text(number(point["radius"]) / 2 ** draw.randint(2000, 4000))))


def changed_index(content, draw):
    point = draw.choice([point for point in content["points"] if point["real"]])
    index = draw.choice([i for i in range(len(point["centre"]) + 2) if i != point["index"]])
    point["index"], point["not_global"] = index, False if index == 0 else None
    if draw.random() < 0.5:
        recounted(content)


def flipped_reality(content, draw):
    point = draw.choice(content["points"])
    point["real"] = not point["real"]
    blank = {"index": None, "loss": None, "not_global": None}
    point.update({"index": 1, "loss": ["-1*2^90", "1*2^90"], "not_global": None} if point["real"] else blank)
    if point["real"] and draw.random() < 0.5:
        point["centre"] = [[pair[0], "0*2^0"] for pair in point["centre"]]
    recounted(content)


def changed_problem(content, draw):
    """One number of the problem changed or set to zero, or one sample or ridge entry left out."""
    problem = content["problem"]
    lists = [sample for part in ("inputs", "targets") for sample in problem["data"][part]]
    lists += [row for block in problem["ridge"] for row in block]
    chosen = draw.choice(lists)
    place = draw.randrange(len(chosen))
    kind = draw.randrange(4)
    if kind == 0 and len(problem["data"]["inputs"]) > 1:
        sample = draw.randrange(len(problem["data"]["inputs"]))
        del problem["data"]["inputs"][sample], problem["data"]["targets"][sample]
    elif kind == 1:
        del chosen[place]
    elif kind == 2 and Fraction(chosen[place]):
        chosen[place] = 0
    else:
        chosen[place] = str(Fraction(chosen[place]) + Fraction(1, 10 ** draw.randint(0, 25)))


def missing_ridge(content, draw):
    content["problem"].pop(draw.choice(("ridge", "data", "architecture")))


def duplicated_box(content, draw):
    """One zero listed twice, in boxes that need not be the same, with the counts that belong to it."""
    point = copy.deepcopy(draw.choice(content["points"]))
    by = number(point["radius"]) / 2 ** draw.randint(2, 50) * draw.randint(0, 1)
    point["centre"][0][0] = text(number(point["centre"][0][0]) + by)
    content["points"].insert(draw.randrange(len(content["points"]) + 1), point)
    recounted(content)


def replaced_box(content, draw):
    """One point in place of another, counts unchanged."""
    one, other = draw.sample([k for k, point in enumerate(content["points"])], 2)
    content["points"][one] = copy.deepcopy(content["points"][other])


def dropped_box(content, draw):
    del content["points"][draw.randrange(len(content["points"]))]


def changed_count(content, draw):
    counts = content["counts"]
    name = draw.choice(list(counts))
    if name == "by_index_at_least":
        counts, name = counts[name], draw.choice([*counts[name], "7"])
    counts[name] = max(0, counts.get(name, 0) + draw.choice((-1, 1, 2, 1000))) if name in counts else draw.randint(0, 3)


def changed_loss(content, draw):
    """An enclosure moved by more than its width, turned around, or exchanged with that of a point with another loss."""
    real = [point for point in content["points"] if point["real"]]
    point = draw.choice(real)
    lower, upper = map(number, point["loss"])
    kind = draw.randrange(3)
    others = [other for other in real if number(other["loss"][0]) > upper or number(other["loss"][1]) < lower]
    if kind == 0 and others:
        other = draw.choice(others)
        point["loss"], other["loss"] = other["loss"], point["loss"]
    elif kind == 1:
        point["loss"] = [text(upper), text(lower)]
    else:
        by = draw.choice((-1, 1)) * (upper - lower) * 2 ** draw.randint(0, 90)
        point["loss"] = [text(lower + by), text(upper + by)]


def changed_minimum(content, draw):
    point = draw.choice([point for point in content["points"] if point["index"] == 0])
    point["not_global"] = draw.choice((not point["not_global"], None))


def changed_bound(content, draw):
    """Another number of points at most."""
    claim = content["upper_bound"]
    claim["bound"] = draw.choice([k for k in (0, 1, claim["bound"] - 1, claim["bound"] + 1, claim["bound"] * 2) if k != claim["bound"]])


def changed_proof(content, draw):
    """A smaller bound, with another proof: another prime, degree or number of degree falls."""
    claim = content["upper_bound"]
    claim["bound"] -= draw.randint(1, claim["bound"])
    kind = draw.randrange(5)
    if kind == 0:
        claim["prime"] = draw.choice((2, 3, 5, 7, 11, 101, 65537, 2**61 - 1))
    elif kind == 1:
        claim["degree"] = draw.randint(0, claim["degree"] + 1)
    elif kind == 2 and claim["falls"]:
        claim["falls"].pop(draw.randrange(len(claim["falls"])))
    elif kind == 3:
        claim["falls"].append([draw.randint(2, 5), draw.randint(0, 4)])
    else:
        claim["prime"] = draw.choice((0, 1, 4, 2147483649, 2**62))


def fewer_points_in_all(content, draw):
    """A point left out, and the bound with it: exactly one fewer."""
    content["points"].pop(draw.randrange(len(content["points"])))
    content["upper_bound"]["bound"] -= 1
    recounted(content)


def composite_modulus(content, draw):
    """A composite number in place of the prime, strong pseudoprimes among them (OEIS A014233); the bound is kept."""
    content["upper_bound"]["prime"] = draw.choice((4, 9, 2047, 3215031751, 3825123056546413051, 65537**2, 2**31 - 3, 2**63 - 1))


def another_problem(content, draw):
    """The whole certificate put under other random data of the same architecture."""
    problem = read(content["problem"])
    content["problem"] = document(random_problem(problem.network, draw.randint(1, 4), draw.randint(100, 10**6)))


def dropped_ridge(content, draw):
    """One entry of the ridge set to zero, or all of it."""
    rows = [row for block in content["problem"]["ridge"] for row in block]
    for row in rows if draw.random() < 0.3 else [draw.choice(rows)]:
        row[draw.randrange(len(row))] = 0


BOUND_MUTATIONS = [changed_bound, changed_proof, fewer_points_in_all, composite_modulus]
BOX_MUTATIONS = [
    another_problem, dropped_ridge, shifted_box, widened_box, narrowed_box, changed_index, flipped_reality, changed_problem, missing_ridge, duplicated_box,
    replaced_box, dropped_box, changed_count, changed_loss, changed_minimum,
]  # fmt: skip
