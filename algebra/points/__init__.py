"""What is proved of single critical points.

``certification``       Krawczyk's test in ball arithmetic
``certified_sets``      certified points as sets: unions, images, conjugates
``classification``      index, inertia, loss; which minima are global
``zero_coordinates``    which coordinates are exactly zero
``closed_form``         points in real radicals
``radicals``            real radical expressions
``positive_dimension``  whether a point lies on a component of positive dimension
"""
