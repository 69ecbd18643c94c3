"""Problems.

``problem``       network, data, ridge and criterion
``regression``    a network that is not polynomial, data and ridge
``hidden_layer``  one with a hidden layer of smooth units as the exact regression that is searched
``one_layer``     such a network with piecewise linear units as the cells see it
``continuation``  the way from a generic member to a problem
``ridge_pencil``  a problem as its ridge is scaled
``regularisation``  the way to the problem with an additional ridge around a centre
``short_units``   units, powers of ten, in which components are told apart
"""
