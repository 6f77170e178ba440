"""What a model card may contain."""
