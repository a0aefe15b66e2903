"""How the weights of the models of deeds are made."""
