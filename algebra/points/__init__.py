"""What is proved of single critical points.

``certification``       Krawczyk's test in ball arithmetic
``compiled_certification``  the same for many points: a compiled kernel where it decides
``certified_sets``      certified points as sets: unions, images, conjugates
``classification``      index, inertia, loss
``low_values``          rational points at which a loss is low
``exact_losses``        losses as algebraic numbers: which are equal
``global_minima``       which minima are global, which are spurious
``zero_coordinates``    which coordinates are exactly zero
``closed_form``         points in real radicals
``radicals``            real radical expressions
``positive_dimension``  whether a point lies on a component of positive dimension
``sliced``              points on orbits of a continuous symmetry, proved
"""
