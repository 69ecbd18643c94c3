"""All solutions of a generic member of a family, found once.

``monodromy``   loops in data, ridge and tilt reach all solutions from one
``strata``      without tilt: points with the same zero coordinates, orbits of sign changes
``trace_test``  whether a set of solutions is complete
``start_set``   solutions with their provenance, in files
``forecast``    how long a search will take
``checkpoint``  searches that are not finished, in files
"""
