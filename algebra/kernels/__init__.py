"""Compiled arithmetic on many points in lockstep ("lanes").

``lanes``            complex operations as vector instructions
``extended_lanes``   the same in double-double
``symmetric_lanes``  complex symmetric linear systems
``lane_program``     straight-line programs as kernels read them
``lane_newton``      Newton's method in double-double
``lane_step``        prediction, correction, tangent
``lane_tracker``     the path tracker
"""
