"""Data quality in four dimensions, counted from profiles: reality, completeness, consistency, availability."""
