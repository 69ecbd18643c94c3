"""Networks as polynomial maps from weights to functions.

``network``        what a network is
``families``       the families, one file each
``reading``        families from problem files
``out_of_reach``   networks that are not polynomial: what to say of them
``closed_counts``  numbers of critical points that are known in closed form
"""
