"""Areas of a model's status that follow from facts."""
