"""What several benchmarks and tests use: composed lines, other readers."""
