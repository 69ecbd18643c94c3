"""Problem files, and documents as files.

``problem_file``   reading and writing of problems
``data_file``      samples from CSV and .npz files
``data_and_loss``  the fields ``data`` and ``loss``
``writing``        documents as files, whole or not at all
"""
