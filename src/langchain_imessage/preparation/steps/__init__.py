"""The steps of one pass: sessions → examples, with their counts."""
