"""All critical points of one hidden layer of logistic or tanh units.

``records``   the pieces of a search that are done, on disk: an interrupted one goes on from there
``run``       the search with its estimate, in this process or in several, and the result document
"""
