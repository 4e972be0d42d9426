"""Reports on a schedule: a build is whole or not there, and says what changed since the last."""
