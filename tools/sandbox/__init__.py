"""The sandbox: bubblewrap profiles, the supervisor inside, and the ways in and out of its network."""
