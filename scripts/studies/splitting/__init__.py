"""Hidden units split at a proved critical point.

``request``   what is asked for
``place``     the critical point: given, or found from a start
``run``       the split of units there
``document``  what was found as a document
``certified``  its certificate
``refusal``   what is said where all critical points of a deep network are asked for
"""
