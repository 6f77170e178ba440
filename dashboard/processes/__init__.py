"""Other processes that work for this one, within limits."""
