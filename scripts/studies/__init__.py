"""What commands compute. Nothing here prints: documents go to ``printing``, ``figures`` and ``pages``.

From a problem to its answer:

``options``             how a problem is solved, with the defaults of all flags
``answer``              from a problem whose network is polynomial to its answer
``solution``            from a problem of any family to its document
``spectra``             eigenvalues and ranks, where they are asked for
``spurious``            when the number of spurious minima is a count
``components_run``      the components of a critical set that is not finite
``engines``             which engine a flag means
``start_sets``          where start sets are kept
``start_set_list``      what is kept there
``parameter_homotopy``  from a start set to a problem
``complete_points``     all real critical points, as studies pass them on
``known_points``        the points of a problem file, a result or a certificate
``certificate_check``   a certificate, proved again
``spectra``             eigenvalues of Hessians and ranks of end-to-end matrices, on request

What longer work shares:

``executors``             processes, Dask, MPI
``termination``           SIGTERM
``records``               SQLite files of records
``path_records``          what became of chunks of paths, kept while a command runs
``kept``                  results kept in the cache folder from one run to the next
``progress``, ``counting``  what is said meanwhile
``confidence``, ``tally``   shares with their intervals; values with how often they occur

The studies, a room each: ``descriptions``, ``ensembles``, ``tables``, ``landscapes``, ``basins``, ``bifurcations``, ``splitting``,
``smooth``, ``soak``, ``benchmarks``, ``verdicts``, ``cells``, ``atlas``.
"""
