"""Certificates that somebody else can check.

``certificate``          the writer
``claims``               what a certificate claims, read from its file
``checker``              proves every claim again from the file and the exact loss alone
``rectangles``           intervals and complex rectangles in mpmath's arithmetic, and polynomials over them
``modular_elimination``  ranks modulo a prime in NumPy's integers; solutions over ℚ lifted from there
``plain_bound``          the proof of an upper bound, made again without FLINT
``mpmath_checker``       proves every claim again without FLINT
"""
