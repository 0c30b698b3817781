"""What is drawn by an app or a link, as values; reads archives, never their bytes."""
