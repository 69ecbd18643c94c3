"""Losses that depend on one more parameter.

``bifurcation``  where critical points meet
``diagram``      complete critical sets along the parameter, and how they connect
"""
