"""Jobs at a provider: the only importer of providers' SDKs."""
