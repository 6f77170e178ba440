"""Whether the reasons of a model move: from version to version, and from period to period."""
