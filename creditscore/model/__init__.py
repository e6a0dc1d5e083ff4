"""From a feature matrix to a calibrated probability of default, score points and grades."""
