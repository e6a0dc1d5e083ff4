"""A saved model behind HTTP: plain functions from requests to answers, and one thin edge to the network."""
