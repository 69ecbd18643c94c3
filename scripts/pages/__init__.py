"""Results as HTML.

``report_page``     one self-contained page
``report_source``   what it is made from, checked
``report_problem``, ``report_points``, ``report_chart``, ``report_tree``, ``report_verdicts``  its parts
``atlas_site``      an atlas: a page for each row, and one to search them
``notebook_cell``   a result in a cell of a notebook
"""
