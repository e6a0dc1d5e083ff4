"""The search for models that treat groups more alike and rank as well."""
