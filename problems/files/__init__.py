"""Problem files, and documents as files.

``problem_file``   reading and writing of problems
``data_file``      samples from CSV and .npz files
``fields``         what the fields may hold; the ridge
``data_and_loss``  the fields ``data`` and ``loss``
``documents``      which documents there are, their schemas, and how a file is told to be one
``writing``        documents as files, whole or not at all
``plain_loss``     the loss that a problem file describes, without FLINT
``plain_least``    what one says of inf L by a theorem, without FLINT
``plain_layers``   the feed-forward network that one describes, without FLINT
"""
