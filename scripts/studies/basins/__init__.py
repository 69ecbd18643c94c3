"""Where descent ends.

``run``      an experiment: method, starting points, the work spread over processes
``records``  the SQLite file of its runs
``summary``  what the runs found, as a document
"""
