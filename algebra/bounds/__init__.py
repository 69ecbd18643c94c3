"""How many critical points there can be.

``root_counts``         Bézout numbers and mixed volumes
``proof``               what a proof of an upper bound consists of
``budget``              how much work it may take
``packed_polynomials``  polynomials with packed monomials, their matrices modulo a prime
``hilbert_function``    of forms modulo a prime
``macaulay``            a proof of an upper bound by leading forms modulo one prime, degree falls in dense matrices
``modular_matrix``      ranks modulo a prime for the search, dense or sparse
``degree_falls``        its steps
``upper_bound``         the search for such a proof
``polynomial_map``      the dimension of the image of a polynomial map, between proved bounds
"""
