"""The trusted kernel: it judges claims, knows no derivations, and evaluates no text.

Read in this order: ``claims``, ``names``, ``cases``, ``polynomials``, ``atoms``, ``differentiate``,
``normal_form``; then ``exact``, ``jets``, ``evaluate``, ``points``, ``counterexample``, which share
no algebra with them; then ``question``, ``verdicts``, ``prove``.
"""
