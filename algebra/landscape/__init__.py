"""Sublevel sets of a loss and descent in it.

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
"""
