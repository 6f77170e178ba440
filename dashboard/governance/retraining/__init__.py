"""Whether a model is to be trained again, when that is planned, and what became of it."""
