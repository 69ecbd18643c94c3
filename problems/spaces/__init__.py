"""Function spaces.

``function_space``          the image of the coefficient map of a network
``function_space_problem``  the same data on the space of functions
"""
