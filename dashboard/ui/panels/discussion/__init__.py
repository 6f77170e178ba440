"""Decisions and discussion of a model, and the forms of both."""
