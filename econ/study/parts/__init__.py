"""From a study to every part of what its report shows."""
