"""Certificates that somebody else can check.

``certificate``          the writer
``claims``               what a certificate claims, read from its file
``checker``              proves every claim again from the file and the exact loss alone
``component_claims``     what a certificate of components claims, as read from its file
``component_proof``      proves every claim of it again, over ℚ and in intervals of any arithmetic
``component_system``     the equations that it claims, on linear subspaces
``component_box``        the part of that proof that is made in intervals
``low_rank``             the least critical value of linear networks, told from the next one
``split_claims``         what a certificate of split units claims, as read from its file
``split_proof``          proves every claim of it again, in intervals of any arithmetic
``box_claims``           what a certificate of smooth units claims, as read from its file
``box_proof``            proves every claim of it again, in intervals of any arithmetic
``box_exclusion``        where in a box of weights critical points can be, for that proof
``hidden_layer``         one hidden layer over boxes of weights, for that proof
``layered``              the loss of a feed-forward network along a line, for that proof
``intervals``            what the proof needs of an arithmetic of intervals
``flint_intervals``      FLINT's balls as one
``mpmath_intervals``     mpmath's intervals as one
``rational_algebra``     ranks, inertia and convexity over ℚ in Python's fractions
``rectangles``           intervals and complex rectangles in mpmath's arithmetic, and polynomials over them
``modular_elimination``  ranks modulo a prime in NumPy's integers; solutions over ℚ lifted from there
``plain_hilbert_function``  the Hilbert function of forms modulo a prime, without FLINT
``plain_bound``          the proof of an upper bound, made again without FLINT
``mpmath_checker``       proves every claim again without FLINT
"""
