"""Explanations in sentences."""
