"""Expressions and proofs: derivations as data, and the prover that judges them."""
