"""Verifying beyond the chain: what is kept of judgements and figures against what follows from facts and log."""
