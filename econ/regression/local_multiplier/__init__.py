"""How many sheltered jobs follow one exposed job in the same place."""
