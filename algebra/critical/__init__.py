"""The critical set of a loss.

``enumeration``       by continuation from a start set, every path accounted for
``ends``              what the paths of one homotopy end at
``obstruction``       why there are no isolated points, each reason with its witness
``exact_engine``      by elimination
``choice``            by whichever of these can tell, where none was asked for
``double_precision``  in double precision, all at once
``numerical_set``     the same with the evidence that it is complete
``critical_set``      enumerated, certified, classified, with status
``real_points``       all real points, where it is known that none is missing
``evidence``          evidence of completeness
``cross_check``       comparison with elimination
``counts``            counts, null where nobody decided
``levels``            what each count rests on
``result``            the result document
"""
