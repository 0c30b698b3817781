"""Jobs on this computer, in processes of their own."""
