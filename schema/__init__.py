"""The GraphQL face: types, root fields, and the glue of the transports."""
