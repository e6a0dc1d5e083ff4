"""A model in the registries of others: MLflow."""
