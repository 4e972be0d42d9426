"""The science: arrays in, arrays out; imports nothing of econ, neither pandas nor pyarrow."""
