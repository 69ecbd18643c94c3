"""Networks with piecewise linear units.

``answer``  all stationary points of one problem
"""
