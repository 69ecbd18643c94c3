"""Critical sets of positive dimension, as limits of the critical points of L + ε·½ Σ_j Λ_j (w_j − c_j)² as ε → 0.

``regularisation``  the regularised losses and the homotopy ε → 0
``extrapolation``   limits, winding numbers and growth of paths from points on them
``multiprecision``  the same where double-double is not enough
``limits``          all critical points of L_ε and their limits, every path accounted for
``flatness``        what counts as flat at an approximate point
``function_space``  a loss as a sum of functions of residuals; what is known beside the formula
``subspace``        rational linear subspaces, and the linear forms of a loss that suggest them
``relations``       exact relations between the entries of the gradient on such subspaces
``local_system``    square systems whose zeros are critical points, and Krawczyk's test on them
``factors``         such systems of irreducible factors, where equations vanish to a higher order
``arcs``            third and fourth order: exact arcs along which the loss falls
``algebraic_points``  the same, and inertia, at points over number fields
``component``       what is proved at one limit: dimension, inertia, kind
``beside``          local minima beside the limits, on pieces that are not closed
``gauge``           representatives with small integers
``closed_loss``     the loss in closed form
``symmetric_copies``  points that symmetries of the loss carry to each other
``limit_ideal``     the limits as an ideal: its dimension and degree
``exact_limits``    the limits by elimination over the rationals, no path followed
``semidefinite``    which are global minima by a convex bound of degree two
``connected``       which of them lie on one connected piece
``euler``           what the limits on one component must add up to
``units``           losses, limits and components in units in which they are about one, exactly
``table``           rows of components from several centres
``document``        their part of a result
``certificate``     the certificate of a table
"""
