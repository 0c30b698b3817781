"""Starts the processes that train, serve and score, each with the fast BLAS of the computer."""
