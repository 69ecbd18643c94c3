"""Many random data sets, every one of which must come out right.

``case``     one data set: enumerated, eliminated
``run``      the work spread over processes
``records``  the SQLite file of both
``summary``  what was found, as a document
``special``  random problems that are special on purpose
``against_elimination``  each of them compared with elimination
``component_comparison``  tables of components compared with elimination, closed forms and descents
"""
