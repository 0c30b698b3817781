"""Conversations read by several processes, in the order and with the outcome of one."""
