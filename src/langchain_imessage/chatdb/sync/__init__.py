"""What has changed since an earlier pass: cursors, and the comparison with one."""
