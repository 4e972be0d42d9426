"""Shift-share designs: exposure to shocks, estimates, and what they rest on."""
