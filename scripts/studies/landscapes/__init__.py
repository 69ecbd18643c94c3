"""Sublevel sets of one problem.

``survey``            from a file to the landscape of its problem
``document``          the landscape as a document
``valleys_run``       valleys as limits, or none that is spurious by a theorem
``valleys_document``  the same as a document
"""
