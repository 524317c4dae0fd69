"""The rights of those whose data this is: their sign-in, requests, consents, notices, retention, and breaches."""
