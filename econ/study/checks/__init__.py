"""What is wrong with a study: everything between its file and what it names, at once."""
