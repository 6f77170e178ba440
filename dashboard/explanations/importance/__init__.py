"""How much each feature matters to a model's scores."""
