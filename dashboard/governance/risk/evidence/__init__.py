"""What facts say about each risk: one decorated function each."""
