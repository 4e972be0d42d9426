"""What is assumed to happen: from pledges to a demand shock, and from gross to net."""
