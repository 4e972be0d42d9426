"""From a national table to regions: who makes what where, who buys from whom, what stays."""
