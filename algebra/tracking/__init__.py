"""Following paths of a homotopy to their ends.

``homotopy``      homotopies, paths and their outcomes; the interface of trackers
``flow``          paths of one homotopy, followed with one caution
``chunks``        many paths, in chunks
``batch_engine``  our own tracker
``endgame``       winding numbers, singular end points, infinity
``settling``      whether an end that looks singular is regular
``exact_end``     the end of a path in multiprecision with the exact target
"""
