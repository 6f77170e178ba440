"""Experts' expectations, checked by what-if on a sample of each period."""
