"""What a model is made of: trees or weights, and which feature of the card each of its columns comes from."""
