"""Every critical point of one hidden layer of smooth units: the search over boxes of weights, and the proofs.

``regression``          the loss as exact numbers, and its derivatives in balls
``loss``                the loss in the order of a network's weights, along segments and in double precision
``region``              where all critical points are
``search``              the search in pieces that any number of processes can share
``estimate``            how many boxes a search will examine
``proof``               one critical point in balls: Krawczyk's test, inertia, loss
``symmetries``          exchanges of units and their signs; orbits of proved points
``critical_points``     all of them, and whether any can be missing
``exact_origin``        the critical point without inner weights, in rational numbers
``document``            the result (JSON)
``certificate``         a certificate of the points, and of cells that hold no others
"""
