"""The subjects of judgements: one decorated function each, for the rows of one model."""
