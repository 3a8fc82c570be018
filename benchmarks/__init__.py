"""What is measured over generated reports: speed and memory. Never a test, and no part of the package."""
