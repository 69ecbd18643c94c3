"""Exact elimination.

``msolve``        the program msolve: degrees modulo primes, real points over ℚ
``degree``        degree and number of zeros of the gradient ideal
``hilbert``       dimension and degree from a leading ideal
``number_field``  critical points over the number field that their coordinates generate
"""
