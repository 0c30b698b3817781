"""From a dataset to a model in a chain: start, follow, resume and use a training job."""
