"""What runs in processes of its own: training and serving with mlx-lm, token by token."""
