"""Lineage: the picture of the way from raw data to decisions, its outline, the card of a node, what it touches."""
