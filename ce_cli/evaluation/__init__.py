"""The user's numbers put into the formulas, and four independent checks of the result."""
