"""The domain: places, reports, alerts, actions, people and the log. Knows no transport."""
