"""PHCpack (Verschelde, ACM TOMS Algorithm 795) as an engine.

``engine``                 mixed volumes, polyhedral start systems, tracking
``segments``               one segment, in ever more careful attempts
``processes``              worker processes: requests, answers, time limits
``worker``                 the process in which phcpy runs, and the only module that knows its names
``expanded_family``        a family as monomials with numerical coefficients
``end_points``             what an end point is worth
``multiprecision_newton``  Newton's method on expanded families
``memory``                 the peak memory of a process
"""
