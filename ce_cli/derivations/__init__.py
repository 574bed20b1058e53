"""Our derivations: their subjects, their reports, and how they are shown."""
