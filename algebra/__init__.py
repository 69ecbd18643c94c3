"""What holds for any polynomial loss: derivatives, symmetries, root counts, tracking, certification. Knows nothing of networks."""
