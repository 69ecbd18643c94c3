"""What theorems say of a problem, checked on it.

``verdict``     hypotheses, conclusion, what was and was not shown; the document
``extent``      for what, or by what, a conclusion holds
``instance``    a problem as theorems study it: what several ask for is computed once
``stationary``  the real critical points of an answer, of a finite set or of components, as theorems ask for them
``remedies``    what to try where an answer leaves a conclusion open
``function_gradient``  the gradient of the error in function space; hypotheses about errors and ridge
``last_residual``  R of a quadratic network
``escapes``     ways down from critical points that are no minima
``lower_points``  points with less loss than spurious minima
``descents``    the share of descents that reach the global minimum
``relu_minima``  local minima of ReLU networks that are not global
``trapped``     spurious valleys that are proved without an enumeration
``theorems``    the theorems, one file each
``cases``       verdicts on many cases
``run``         from the name of a theorem to its verdict
"""
