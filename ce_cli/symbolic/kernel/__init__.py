"""The trusted kernel: it judges claims, knows no derivations, and evaluates no text.

Read in this order: ``claims``, ``names``, ``cases``, ``polynomials``, ``atoms``,
``normal_form``, ``differentiate``; then ``exact``, ``evaluate``, ``counterexample``, which share
no logic with them; then ``prove``.
"""
