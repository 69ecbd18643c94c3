"""Losses that depend on one more parameter.

``bifurcation``  where critical points meet
``slices``       the complete critical set at one value of the parameter
``diagram``      complete critical sets along the parameter, and how they connect
"""
