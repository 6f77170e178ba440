"""Evidently's report of a window."""
