"""What holds for any polynomial loss; knows nothing of networks. The rooms, from the ground up:

``polynomial``    losses with exact parameters, their derivatives, programs and scales; convexity and coercivity
``activations``   activations of networks that are not polynomial: exact constants, jets in balls
``symmetry``      signed permutations and continuous symmetries of a loss; orbits
``kernels``       compiled arithmetic on many points at once, and the path tracker in it
``tracking``      homotopies, the tracker interface, the batch engine, the ends of paths
``phcpack``       PHCpack as an engine, in processes of its own
``starts``        all solutions of a generic member: monodromy, trace test, start sets
``bounds``        upper bounds for the number of critical points; the dimension of the image of a polynomial map
``elimination``   Gröbner bases by msolve: degrees, real points, number fields
``points``        what is proved of single critical points
``critical``      the critical set of a loss: enumerated, classified, with its evidence, as a result
``components``    critical sets of positive dimension: limits of regularised losses, what is proved of them
``certificates``  certificate files and their independent checker
``splitting``     hidden units of feed-forward networks replaced by copies: what a critical point becomes
``intervals``     compiled interval arithmetic whose results are proofs: smooth units over boxes of weights
``boxes``         every critical point of one hidden layer of logistic or tanh units: branch and prune, proofs
``cells``         piecewise linear units: arrangements, convex strata, kinks, dead units
``landscape``     sublevel sets: descending arcs, merge trees, basins
``pencils``       losses that depend on one more parameter: bifurcations

Outside the rooms: ``whole_file``, files that are written whole or not at all; ``tied_process``, commands that end with the process
that starts them.
"""
