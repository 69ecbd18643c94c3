"""Compiled interval arithmetic whose results are proofs: one hidden layer of logistic or tanh units over boxes of weights.

``directed``            interval arithmetic in doubles, rounded outward
``compilation``         kernels with the arithmetic that is written down
``sigmoid``             ranges of logistic and tanh and of their derivatives
``enclosures``          outer weights, gradient and Hessian of the reduced loss over a box
``examination``         one box: excluded, proved, or to be split
``branch_and_prune``    all boxes, one after the other
"""
