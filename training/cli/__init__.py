"""The `fingerspell-train` command: one file a command, with its options and what it prints.

In go command-line arguments; out come calls of the other folders, lines for people or JSON, and an exit status. A
command imports what it needs when it runs, so that `--help` and small commands start fast.
"""
