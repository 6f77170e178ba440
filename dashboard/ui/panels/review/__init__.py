"""Parts of the pages on which experts judge predictions and see what became of it."""
