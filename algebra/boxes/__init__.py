"""Branch and prune over boxes of weights: every critical point of one hidden layer of smooth units.

``directed``            interval arithmetic in doubles, rounded outward
``compilation``         kernels with the arithmetic that is written down
``sigmoid``             ranges of logistic and tanh and of their derivatives
``regression``          the loss as exact numbers, and its derivatives in balls
``enclosures``          outer weights, gradient and Hessian of the reduced loss over a box
``region``              where all critical points are
``examination``         one box: excluded, proved, or to be split
``branch_and_prune``    all boxes, one after the other
``search``              the search in pieces that any number of processes can share
``proof``               one critical point in balls: Krawczyk's test, inertia, loss
``symmetries``          exchanges of units and their signs; orbits of proved points
``critical_points``     all of them, and whether any can be missing
``exact_origin``        the critical point without inner weights, in rational numbers
``document``            the result (JSON)
"""
