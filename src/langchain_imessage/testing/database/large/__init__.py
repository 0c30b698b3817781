"""Large, lifelike databases: for benchmarks, and for tests of scale."""
