"""Who uses which data how, for the page Data use."""
