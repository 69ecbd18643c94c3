"""Networks: maps from weights to functions.

``network``        what a network is
``families``       the families whose functions are polynomial in the weights, one file each
``activated``      the families with another activation, one file each
``reading``        families from problem files
``out_of_reach``   networks that are not polynomial: what to say of them
``closed_counts``  numbers of critical points that are known in closed form
"""
