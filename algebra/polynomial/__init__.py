"""Polynomial losses with exact parameters.

``loss``                 families of losses, their members, exact derivatives
``rational_polynomial``  polynomials over ℚ in Python's own fractions
``straight_line``        programs for gradient, Hessian and parameter derivative of a family
``common_terms``         from linear combinations of monomials to few operations
``evaluation``           gradient and Hessian at points, in double precision and in balls
``newton``               Newton's method in multiprecision
``scaling``              units in which coefficients are near one
``coefficient_span``     whether a family has one scale
``convexity``            convexity of a polynomial in one variable, decided over ℚ
``roots``            complex roots in one variable, isolated
``definite_form``        positive definite forms, with a proof
``coercivity``           conditions for L(w) → ∞ with ‖w‖
``shape``                what is known of a loss on all of ℝⁿ
``parameter_space``      where the parameters of a family may move
``symbolic``             the same objects in SymPy
"""
