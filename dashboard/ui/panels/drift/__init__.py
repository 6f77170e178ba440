"""The page of drift."""
