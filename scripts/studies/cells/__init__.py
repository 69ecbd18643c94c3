"""Networks with piecewise linear units.

``source``         the problem of a file whose network is piecewise linear
``records``        what a long sweep has done
``answer``         all stationary points of one problem
``without_ridge``  all local minima where there is no ridge
"""
