"""What the server lets in and what it sends along: the gate for files and requests, the policy, the API."""
