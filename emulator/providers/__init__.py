"""The providers, one package each. They never import each other."""
