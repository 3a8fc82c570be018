"""`python -m gx_pipeline.cli`."""

from gx_pipeline.cli import main

main()
