"""What is no single character, for the network's 48th output: drawn, cut and composed, then converted like any picture."""
