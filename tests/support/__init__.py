"""What tests share: clients, running servers, the data they send. Fixtures are in `conftest`."""
