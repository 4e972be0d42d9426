"""The border of the wing: units and periods as codes, and the panel of French places."""
