"""The domain: places, reports, alerts, actions, people and the log; no HTTP, no GraphQL."""
