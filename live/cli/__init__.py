"""The `fingerspell` command: arguments go in; text or JSON goes to stdout, errors to stderr, an exit status comes out.

`main` has the table of commands. Each command is a module with `add_arguments(parser)` and `run(args)`. Everything
heavy is imported in `run`, so `fingerspell --help` is fast, and `doctor` runs even if a library is broken.
"""
