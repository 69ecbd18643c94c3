"""Ours and other solvers, timed on the same losses.

``comparison``  what is measured, as a document
``sweeps``      what a sweep of piecewise linear networks costs
``rivals``      the other solvers, one file each
"""
