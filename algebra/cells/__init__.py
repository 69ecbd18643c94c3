"""Networks with one hidden layer of piecewise linear units: all stationary points, by arrangements and convex duality.

``one_layer``    the loss, exactly; residuals that an output bias leaves
``arrangement``  sign vectors of the faces of {w·x_i = 0}
``faces``        directions and kernels of units on faces
``tables``       kernels in double precision, with bounds
``sweep``        sets of kernels that are proved not to be supports, compiled
``strengths``    the minimum of G where double precision does not reach it
``solution``     the optimum of a set of kernels, proved
``kinks``        what the loss does across kinks
``dead_units``   what the loss does around dead units
``stationary``   the stationary sets, their indices and their Euler sum
``attraction``   dead units to which descent goes from an open set
``losses``       which losses are equal, which minima are global
``weights``      one point of a stationary set
``table``        kinds and counts
``document``     the table in a document

Where descent ends:

``compilation``            kernels that call each other across files
``strata``                 the faces as the flow moves on them and between them
``stratum_derivatives``    gradient and Hessian along strata
``crossings``              where a unit leaves its stratum, and where it goes
``symmetric_eigenvalues``  Jacobi's method, compiled
``subgradient_flow``       the direction of steepest descent, followed stratum by stratum
``subgradient_descent``    fixed steps
``arrival``                the stationary set in which a run ends

Without a ridge:

``least_squares``   local minima on all faces, over ℚ
``strict_program``  strict linear inequalities over ℚ
``zero_outgoing``   local minima with some v_j = 0
``levels``          losses of local minima and how often they occur
"""
