"""Connectors that read files."""
