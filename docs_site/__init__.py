"""The documentation site: how docs/ and the generated dictionary become pages that open without network or server.

Beside the package because it needs mkdocs, which only developers install. Does not belong here: any text (`docs/`), what the
dictionary says (`gx_pipeline.warehouse.dictionary`).
"""
