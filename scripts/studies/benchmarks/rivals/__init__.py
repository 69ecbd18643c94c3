"""Other solvers of polynomial systems, each asked for the critical points of a loss: what `critscape benchmark` compares with."""
