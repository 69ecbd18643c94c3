"""Ours and other solvers, timed on the same losses.

``comparison``  what is measured, as a document
``rivals``      the other solvers, one file each
"""
