"""Many problems from few words.

``data_recipe``      distributions of data and ridge
``distributions``    the distributions
``random_data``      seeded random problems
``ensemble``         ensembles
``neighbour``        problems near a problem
``starting_points``  random starting points of descent
``table_file``       table files
``architectures``    small architectures, family by family
``valley_data``      data with a spurious valley for few units
``verdict_cases``    files of cases for theorems
``shipped``          the JSON files that ship
"""
