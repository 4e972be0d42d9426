"""The input-output model on arrays: operators, multipliers, balancing, regional trade."""
