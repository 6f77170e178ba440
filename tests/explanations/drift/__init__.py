"""Reasons that move."""
