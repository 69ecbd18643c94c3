"""What is known of a problem before it is solved, as ``critscape show`` has it.

``problem``         the document: loss, gradient system, bounds, symmetries
``criterion``       how errors are measured
``function_space``  the coefficient map and its image
"""
