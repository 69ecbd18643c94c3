"""Networks with one hidden layer of piecewise linear units: all stationary points, by arrangements and convex duality.

``one_layer``    the loss, exactly; residuals that an output bias leaves
``arrangement``  sign vectors of the faces of {w·x_i = 0}
``faces``        directions and kernels of units on faces
``tables``       kernels in double precision, with bounds
``sweep``        sets of kernels that are proved not to be supports, compiled
``solution``     the optimum of a set of kernels, proved
``kinks``        what the loss does across kinks
``dead_units``   what the loss does around dead units
``stationary``   the stationary sets, their indices and their Euler sum
``losses``       which losses are equal, which minima are global
``weights``      one point of a stationary set
``table``        kinds and counts
``document``     the table in a document

Without a ridge:

``least_squares``   local minima on all faces, over ℚ
``strict_program``  strict linear inequalities over ℚ
``levels``          losses of local minima and how often they occur
"""
