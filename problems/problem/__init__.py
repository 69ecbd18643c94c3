"""Problems.

``problem``       network, data, ridge and criterion
``regression``    a network that is not polynomial, data and ridge
``continuation``  the way from a generic member to a problem
``ridge_pencil``  a problem as its ridge is scaled
``regularisation``  the way to the problem with an additional ridge around a centre
"""
