"""Where descent ends.

``run``      an experiment: method, starting points, the work spread over processes
``records``  the SQLite file of its runs
``summary``  what the runs found, as a document
``verdict``  what is known of the end of a run where minima are not isolated
``valley_runs``  runs of a loss without ridge: components of minima, valleys at infinity
``set_runs``  runs of the subgradient flow of piecewise linear networks: stationary sets
``experiments``  from a source to the document
"""
