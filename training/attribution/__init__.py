"""How the reader's attribution weights are made."""
