"""Parts of the page about explanations: what drives a model, one case, what if, what experts expect."""
