"""Sublevel sets of a loss and descent in it.

``surface``           what descent needs of a loss: values, derivatives, expansions along segments
``weight_units``      units of the weights in which descent is integrated
``landscape``         sublevel sets of a coercive Morse loss
``merge_tree``        where their components are born and join
``critical_values``   critical values in order, with a decision which are equal
``descent``           descending arcs of saddles of index 1
``connection``        proofs that a polygon stays below a level
``basin``             trapping neighbourhoods of minima
``arrival``           where descent has ended
``gradient_flow``     gradient flow of many points
``levels``            levels at which the flow comes to rest
``gradient_descent``  gradient descent of many points
``fixed_space``       what symmetries do to critical points
``valleys``           valleys of losses that are only bounded below, as limits of those of L_ε, ε → 0
``regularised_tree``  the sublevel sets of L_ε at one ε
``far_paths``         critical points of L_ε in multiprecision
``limit_levels``      limits of losses along paths ε → 0
``limit_tree``        the limit of merge trees
``limit_checks``      what tells that this limit is not the last word
``initial_form``      exact curves to infinity
``arrival_on_components``  where descent ends without ridge
``manifold_basin``    trapping neighbourhoods of manifolds of minima
``descending_ray``    losses that are not bounded below
"""
