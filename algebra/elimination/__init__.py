"""Exact elimination.

``program``         the program msolve, its work counted
``msolve``          what it is asked: degrees modulo primes, real points over ℚ
``groebner_basis``  bases modulo primes, elimination of variables
``degree``          degree and number of zeros of the gradient ideal; what it costs over ℚ
``critical_values`` how many critical values there are; the dimension of the critical set at each
``hilbert``         dimension and degree from a leading ideal
``quotient_algebra`` multiplication modulo an ideal with finitely many zeros; their multiplicities
``number_field``    critical points over the number field that their coordinates generate
"""
