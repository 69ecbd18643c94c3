"""Problems.

``problem``       network, data, ridge and criterion
``continuation``  the way from a generic member to a problem
``ridge_pencil``  a problem as its ridge is scaled
``regularisation``  the way to the problem with an additional ridge around a centre
"""
