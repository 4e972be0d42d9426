"""From a formula and a panel to arrays, with fixed effects taken out."""
