"""Families of losses with the spaces of their data.

``objective``     what such a family is
``squared_loss``  the squared loss of a network, linear in the moments of the data
``moments``       squared losses whose moments fill their space
``sampled``       squared losses of few samples
``residuals``     polynomials of residuals
``coefficients``  all polynomials with given monomials
``record``        objectives from their documents
"""
