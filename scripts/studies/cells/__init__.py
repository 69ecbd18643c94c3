"""Networks with piecewise linear units.

``answer``         all stationary points of one problem
``without_ridge``  all local minima where there is no ridge
"""
