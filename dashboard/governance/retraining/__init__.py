"""Whether a model should be trained again: what its decline costs, what it suggests as cause, and what would help."""
