"""Function spaces.

``end_to_end``              the matrix of a network that is linear in its inputs
``function_space``          the image of the coefficient map of a network
``weight_space``            pure and spurious critical points
``function_space_problem``  the same data on the space of functions
``knowledge``               what is known of a loss beside its formula: bounds from below, the loss as one on functions
``linear_values``           the least loss of linear networks
``one_sign``                valleys in which outer weights of squares keep one sign
``valley_theorems``         when there is no spurious valley by a theorem; the intrinsic dimension on the data
"""
