"""How the actors catalogue is made from the sources and the hand layer."""
