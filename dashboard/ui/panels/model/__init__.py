"""Pages about one model."""
