"""`python -m langchain_imessage`: the command line."""

from langchain_imessage.cli import main

main()
