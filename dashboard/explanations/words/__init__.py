"""Explanations in sentences: what speaks for and against a prediction, how sure that is, and for which reader."""
