"""Python's half of the bridge to the C++ core: parses DAG files, runs single task tries."""
