"""Parts of the tab about training a model again."""
