"""The shapes of bodies, learned as they come: what stands around their texts and lengths."""
