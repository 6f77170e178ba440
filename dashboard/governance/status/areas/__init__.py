"""How a model stands in the areas that follow from facts about people: one decorated function for each area."""
