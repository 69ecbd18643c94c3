"""Many random problems of one kind.

``draw``     one draw as a record
``run``      the draws spread over workers
``records``  the SQLite file of draws and climbs
``climb``    a hill climb from the best draws
``summary``  what the draws found, as a document
"""
