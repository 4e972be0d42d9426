"""What happens after a shock, period by period: local projections and distributed lags."""
