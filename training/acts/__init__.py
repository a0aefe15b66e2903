"""How the weights of the act model are made."""
