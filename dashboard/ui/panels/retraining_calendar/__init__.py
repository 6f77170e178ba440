"""Parts of the page Retraining calendar."""
