"""Parts of the tab about what a model is worth."""
