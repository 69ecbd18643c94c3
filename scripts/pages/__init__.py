"""Results as HTML: ``report_page``, one self-contained page, with its parts; ``notebook_cell``, a result in a notebook."""
