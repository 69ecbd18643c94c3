"""All critical points of one hidden layer of logistic or tanh units.

``records``   the pieces of a search that are done, on disk: an interrupted one goes on from there
``known``     all points for what is made of them: searched for, or those of a file proved again
``run``       the search with its estimate, in this process or in several, and the result document
"""
