"""Single predictions and what led to them."""
