"""What Prometheus is told: how requests, streams and operations go. No label holds what a user can choose freely."""
