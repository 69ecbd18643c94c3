"""Compiled arithmetic on many points in lockstep ("lanes").

What the rest of the house calls, without a compiler:

``lane_program``     straight-line programs as kernels read them
``lane_paths``       paths of a homotopy, followed
``lane_points``      end points, polished by Newton's method
``polydiscs``        zeros proved by Krawczyk's test
``modular_rows``     sparse rows modulo a prime in echelon form
``lane_runs``        runs of gradient descent
``machine_code``     kernels as machine code that is kept on this machine
``frames``           the arguments of a kernel
``kernel_folder``    where compiled kernels are kept
``processor``        the processor that this runs on

What is compiled, once per machine:

``compilation``      from a kernel to machine code
``lanes``            complex operations as vector instructions
``extended_lanes``   the same in double-double
``symmetric_lanes``  complex symmetric linear systems
``lane_newton``      Newton's method in double-double
``lane_predictor``   rational Hermite prediction
``lane_step``        correction, tangent
``lane_tracker``     the path tracker
``lane_descent``     gradient descent
``sparse_elimination``  elimination modulo a prime
``discs``            complex discs, rounded upward
``disc_krawczyk``    Krawczyk's test
"""
