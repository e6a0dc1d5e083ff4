"""What every floor stands on: arrays, instants, files, threads, progress, extras, compile settings."""
