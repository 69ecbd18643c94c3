"""Sublevel sets of one problem.

``survey``    from a file to the landscape of its problem
``document``  the landscape as a document
"""
