"""Parquet in, validated datasets out: schemas, the catalogue, bit-stable writes."""
