"""What began and ended around a model, each lane by one function."""
