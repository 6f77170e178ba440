"""Rows of the log."""
