"""Asset checks: adapters from rules and contracts to Dagster."""
