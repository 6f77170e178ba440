"""What experts say about single predictions, what it proves, which cases come next, and what became of it."""
