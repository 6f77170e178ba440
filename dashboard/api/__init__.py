"""The HTTP API: the views and actions of the registries, for programs."""
