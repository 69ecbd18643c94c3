"""Documents as text, Markdown, CSV, LaTeX, JSON.

``writing``     formats, standard output and files
``delivery``    results to standard output and a file, and the exit status
``summary``     a result in a few lines
``rendering``   results, and what the tables of all documents share
``check_text``  what is proved of a certificate
``sentence``    what an answer says, in one sentence
``text_table``, ``latex``, ``numbers``  tables that fit the terminal; tables, matrices and numbers in LaTeX; numbers as text
``components``  tables of components
``stationary_rendering``  stationary points of piecewise linear networks
``weights``     weights as text
``outcomes``    what became of a test
``formula``     closed forms as MathML
``references``  what to cite
``description``, ``function_space_description``  what ``critscape show`` says
``landscapes``  landscapes, by ``landscape_rendering`` those of minima, by ``valleys_rendering`` those of valleys as limits
``branches``    merge trees as branches
``verdict_rendering``, ``verdict_legend``, ``verdict_table_rendering``  verdicts of theorems
``atlas_rendering``  atlases
``ensemble_summary``, ``basins_summary``, ``soak_summary``, ``against_elimination_text``, ``table_rendering``, ``benchmark_rendering``, ``bifurcation_rendering``, ``splitting_rendering``,
``start_set_list``  the documents of these names
"""
