"""Neuron splitting: what a critical point of a feed-forward network becomes when hidden units are replaced by copies.

``feed_forward``    networks and their loss on exact data
``logarithms``      weights at which logistic networks compute rationals
``derivatives``     value, gradient and Hessian, over ℚ or in balls
``inertia``         the inertia of symmetric matrices, over ℚ or in balls
``critical_point``  critical points, exact or proved by Krawczyk's test
``descent``         minima that descent from random starts ends in, or how it ends else
``interpolation``   whether the loss vanishes exactly
``unit_matrices``   the matrices B and D of a unit, and when D = 0
``copies``          the wider network, its ridge, and the point in it
``verdict``         what that point is to descent
``way_out``         the path on which the loss never rises
``certificate``     the certificate of split units
``infinity``        local minima at which the bias of one more unit is infinite
"""
