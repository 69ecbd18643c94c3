"""Networks, data and ridge; what is known of them; builds losses for ``algebra``. The rooms, from the ground up:

``input``       numbers, expressions and JSON as users write them; what is wrong with them
``networks``    what a network is, and its families, one file each
``objectives``  families of losses with the spaces of their data: what continuation moves in
``problem``     a problem: network, data, ridge, criterion; the way to it from a generic member
``criteria``    what a network is trained for, one file each
``files``       problem files
``spaces``      function spaces of networks
``recipes``     random data, ensembles, tables, starting points

Folders of data: ``examples``, ``ensembles``, ``tables``, ``start_sets``, and ``schemas``, one for each kind of document.
"""
