"""From outcomes to the steps that compute them, for any engine."""
