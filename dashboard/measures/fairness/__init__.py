"""How a model treats groups: figures of each group and of everybody else, and what the reference says of them."""
