"""What predictions are worth in money: measured, expected before labels, at other thresholds, and why it changed."""
