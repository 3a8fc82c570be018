"""Chinese government annual reports on information disclosure, from published files to a checked warehouse."""

__version__ = "0.1.0"
