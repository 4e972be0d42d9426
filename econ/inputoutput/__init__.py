"""What an economy does with a demand shock: the table and the Leontief models on it."""
