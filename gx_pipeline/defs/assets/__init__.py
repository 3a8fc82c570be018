"""The assets, a thin file a stage or group of stages."""
