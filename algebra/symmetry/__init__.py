"""What leaves a loss unchanged.

``finite``      the group of signed permutations of the variables
``continuous``  affine vector fields along which the loss is constant
``orbits``      orbits of points of ℂⁿ, one representative each
``coincidence`` which approximate points are the same
"""
