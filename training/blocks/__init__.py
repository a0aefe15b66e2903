"""How the weights of the block model were made."""
