"""What the GraphQL types of all subjects share."""
