"""What a number means: its unit, its axis, its prices, its source and its doubt."""
