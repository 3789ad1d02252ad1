"""The service: a prediction for any fixture, with what it rests on."""
