"""A nested network, 2-1-1-1 with 20 samples, near a local minimum of which B is positive definite for the unit of layer 1."""

ROWS = """
1.1 1.8 0.84466
-2.6 -0.1 0.90858
1.0 1.4 0.95161
0.7 1.5 0.88653
0.3 0.6 0.66717
0.2 -1.1 -0.08317
-0.8 0.4 0.88835
-0.6 1.3 0.76657
1.3 1.8 0.87744
-0.0 1.4 0.81183
-0.9 -0.8 0.10928
0.1 0.3 0.71733
-1.6 -1.7 -0.15288
0.4 -0.9 -0.11769
1.2 0.4 0.22196
0.3 0.2 0.61881
0.9 -0.2 0.05192
1.1 -0.5 -0.13224
-0.2 -0.7 0.01469
0.6 0.0 0.15312
"""
NUMBERS = [row.split() for row in ROWS.split("\n") if row]
NESTED = {
    "architecture": {"family": "feed-forward", "widths": [2, 1, 1, 1], "activation": "tanh", "output_bias": True},
    "data": {"inputs": [row[:2] for row in NUMBERS], "targets": [row[2:] for row in NUMBERS]},
}
NEAR = [[["-0.9", "2"]], [["0.6"]], [["0.9"]], [["0.4"]]]
