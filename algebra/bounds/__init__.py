"""How many critical points there can be.

``root_counts``     Bézout numbers and mixed volumes
``proof``           what a proof of an upper bound consists of
``macaulay``        a proof of an upper bound by ranks modulo one prime, in dense matrices
``modular_matrix``  ranks modulo a prime for the search, dense or sparse
``degree_falls``    its steps: degree falls and leading forms
``upper_bound``     the search for such a proof
``polynomial_map``  the dimension of the image of a polynomial map, between proved bounds
"""
