"""Our derivations: their subjects, their reports and their pages."""
