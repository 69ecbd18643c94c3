"""What users write, read exactly.

``bad_input``      the one error: a field and what was expected there
``json_file``      JSON with exact numbers, checked against a schema
``rational``       integers, decimals, fractions
``partial_array``  matrices with entries left out
``expression``     polynomials as text
``radical``        numbers in real radicals
"""
