"""What a model is to be worth, what it costs, and what the business says about it."""
