"""Gaussian elimination modulo a prime below 2³¹ on sparse rows, one after the other: the compiled part of `modular_rows`.

Rows are kept as they are left when the first column without a pivot is met, in a pool of (column, residue) pairs, with a leading 1.
A row that is reduced is dense: a sum of residues modulo p and of products −m·v, kept in [0, p²) by adding p² where it is negative.
"""

from __future__ import annotations

from critscape.algebra.kernels.compilation import compiled

DEPENDENT, FALLEN = -1, -2


@compiled
def inverse_modulo(value, prime):
    """The inverse of a residue that is not zero, by Fermat's theorem."""
    result, base, exponent = 1, value, prime - 2
    while exponent > 0:
        if exponent & 1:
            result = result * base % prime
        base = base * base % prime
        exponent >>= 1
    return result


@compiled
def eliminate(rows, store, order, lead, enough, prime, noted, status, progress):
    """Reduces the rows ``order[progress.done:]`` by those that are kept, and keeps what is left of each that is not zero.

    ``status`` gets the column of a row's pivot, DEPENDENT, or FALLEN where only columns from ``lead`` on are left. Ends early, with
    ``done`` telling how far it came, when the pool may be too small for one more row, when ``enough`` columns have pivots or
    when ``limit`` operations are spent. ``progress`` is (done, kept, used, noted, pivots, operations, limit) and is written to.
    """
    starts, columns, values = rows
    kept_starts, kept_columns, kept_values, kept_inverse, note_starts, note_kept, note_factor, pivot_of, dense = store
    width, square = dense.shape[0], prime * prime
    while progress[0] < order.shape[0] and progress[4] < enough and progress[5] <= progress[6]:
        if progress[2] + width > kept_columns.shape[0] or progress[3] + width > note_kept.shape[0]:
            return
        k, first = order[progress[0]], width
        for e in range(starts[k], starts[k + 1]):
            dense[columns[e]] = values[e]
            first = min(first, columns[e])
        note, found = progress[3], -1
        for c in range(first, lead):
            if dense[c] == 0:
                continue
            factor = dense[c] % prime
            dense[c] = factor
            if factor == 0:
                continue
            row = pivot_of[c]
            if row < 0:
                found = c
                break
            a, b = kept_starts[row], kept_starts[row + 1]
            if kept_columns[b - 1] - c == b - 1 - a:
                # No gaps: the loop runs over neighbours.
                for e in range(a, b):
                    value = dense[c + e - a] - factor * kept_values[e]
                    dense[c + e - a] = value + (square if value < 0 else 0)
            else:
                for e in range(a, b):
                    value = dense[kept_columns[e]] - factor * kept_values[e]
                    dense[kept_columns[e]] = value + (square if value < 0 else 0)
            progress[5] += b - a
            if noted:
                note_kept[note], note_factor[note] = row, factor
                note += 1
        begin, scale = (lead if found < 0 else found), 1
        if found >= 0:
            scale = inverse_modulo(dense[found], prime)
        used = progress[2]
        for c in range(begin, width):
            value = dense[c] % prime
            dense[c] = 0
            if value != 0:
                kept_columns[used], kept_values[used] = c, value * scale % prime
                used += 1
        status[k] = DEPENDENT
        if used > progress[2]:
            status[k] = FALLEN
            if found >= 0:
                status[k], pivot_of[found] = found, progress[1]
                progress[4] += 1
            kept_inverse[progress[1]] = scale
            progress[1] += 1
            progress[2], progress[3] = used, note
            kept_starts[progress[1]], note_starts[progress[1]] = used, note
        progress[0] += 1
