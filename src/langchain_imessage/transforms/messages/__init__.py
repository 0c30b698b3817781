"""What every transform asks of a message: content, sender, time; and quick copies of it."""
