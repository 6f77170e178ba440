"""Expectations of experts."""
