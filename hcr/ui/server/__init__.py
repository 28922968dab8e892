"""What the server lets in and what it sends along: open routes, the gate, pictures apart, the policy, the API."""
