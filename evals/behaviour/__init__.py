"""The frame of the behaviour suites: it runs a contract's checks against a server over HTTP and knows no contract."""
