"""Where open points come from: one decorated function for each source."""
