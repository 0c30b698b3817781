"""What a model answers → what a person would have sent."""

from langchain_imessage.output_parsers.bubbles import BubblesOutputParser

__all__ = ["BubblesOutputParser"]
