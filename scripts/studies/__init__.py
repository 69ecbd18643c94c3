"""What commands compute.

``options``              how a problem is solved, with the defaults of all flags
``answer``               from a problem to its answer
``engines``              which engine a flag means
``start_sets``           where start sets are kept
``parameter_homotopy``   from a start set to a problem
``known_points``         the points of a problem file, a result or a certificate
``executors``            processes, Dask, MPI
``records``              SQLite files of records
``progress``, ``counting``  what is said meanwhile
``ensemble_draw``, ``ensemble_run``, ``ensemble_records``, ``ensemble_climb``  ensembles
``table_run``, ``table_work``, ``table_document``, ``table_difference``  tables
``landscape_work``, ``landscape_document``  landscapes
``basins_run``, ``basins_records``  basins
``ridge_scan``           critical sets along a scaled ridge
``soak_case``, ``soak_run``, ``soak_records``  soak tests
``comparison``           the benchmark, with other solvers in ``rivals``
"""
