"""Expressions in, proofs out: derivations as data and the prover that judges them."""
