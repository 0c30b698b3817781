"""The models that can be trained on this computer: by name, by folder, or made here."""
