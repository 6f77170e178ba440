"""What can be missing or wrong around a model: one decorated function for each kind of gap."""
