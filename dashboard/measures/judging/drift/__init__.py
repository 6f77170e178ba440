"""Whether what goes into a model, and what comes out of it, is distributed as in the reference."""
