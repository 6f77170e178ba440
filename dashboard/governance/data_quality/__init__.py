"""Faults of models' data: kept with what they do, and who takes care of them."""
