"""The atlas: what is known of each small architecture, with the level of each number.

``survey``     the work, shared with tables, and what it found as a document
``units``      networks with units that are not polynomial: counts of random problems
``examples``   the random problem of a row that has most real critical points
``published``  what is published of architectures, to stand beside
``source``     an atlas of a file, or the one that ships
``picture``    what a picture of an answer shows
``selection``  some rows of an atlas
``database``   an atlas in SQLite
"""
