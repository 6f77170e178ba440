"""What is missing or wrong around a model."""
