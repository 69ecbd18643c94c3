"""Figures, one file each, from documents.

``index_loss_figure``, ``disconnectivity_figure``, ``contour_figure``, ``ensemble_figure``, ``bifurcation_figure``, ``splitting_figure``
``function_figure``, ``function_content``  functions of the minima of a network with one input
``cells_figure``  the loss of a piecewise linear network over two of its weights
``plot_content``  what they show, read from files
``figure_style``  how they look, and how they are written
"""
