"""From figures to verdicts: one module for each question. Where nothing can be said the status is `unknown`."""
