"""Words of problem files that criteria and those who read them share."""

RESIDUAL = "r"
"""The variable of a polynomial of each residual."""
GAUSSIAN = "gaussian"
"""The inputs of a population."""
