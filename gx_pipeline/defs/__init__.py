"""Everything that knows Dagster, and nothing else: partitions, assets, checks, jobs, schedules, sensors, resources."""
