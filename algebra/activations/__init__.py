"""Activations σ of networks: exact constants, values and derivatives in balls, in double precision and symbolically.

``activation``  what an activation is; derivatives of a function that solves σ′ = q(σ)
``logistic``    1/(1 + e^{−t})
``tanh``        the hyperbolic tangent
``polynomial``  polynomials over ℚ
``named``       activations by the names that problem files have for them
"""
