"""Critical points as the ridge is scaled.

``scan``      complete sets at single scales, connected to a diagram
``document``  the diagram as a document
"""
