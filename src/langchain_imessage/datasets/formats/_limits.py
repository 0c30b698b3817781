"""What trainers' guides limit, each figure with its source: examples, sizes, images, names.

Owns the figures. Which of them holds for whom is in `_specs`.
"""

from __future__ import annotations

import re
from typing import Final

OPENAI_MIN_EXAMPLES: Final = 10
"""OpenAI's and Azure's guides to supervised fine-tuning: at least ten lines."""

FIREWORKS_MIN_EXAMPLES: Final = 3
FIREWORKS_MAX_EXAMPLES: Final = 3_000_000
"""Fireworks' guide to its datasets."""

MLX_MIN_EXAMPLES: Final = 4
"""mlx-lm's default batch size: a set with fewer lines stops it."""

OPENAI_MAX_BYTES: Final = 512_000_000
"""`files.create`: 512 MB; read as the smaller of the two megabytes."""

TOGETHER_MAX_BYTES: Final = 100_000_000_000
"""Together's guide: 100 GB."""


MLX_MAX_TOKENS: Final = 2_048
"""mlx-lm's default `max_seq_length`; what is longer is cut at its end."""

TRL_MAX_TOKENS: Final = 1_024
"""TRL's default `max_length`; what is longer is cut at its end."""

ROW_TOKENS: Final = 2_048
"""What LLaMA-Factory (`cutoff_len`) and Axolotl's examples (`sequence_len`) take, and what
the commands printed for the others name."""

OPENAI_MAX_IMAGES: Final = 10
AZURE_MAX_IMAGES: Final = 64
"""Images an example may have; vision guides of OpenAI and Azure."""

IMAGE_TOKENS: Final = 85
"""What OpenAI bills for an image at least, at low detail (its vision guide)."""

MAX_IMAGE_BYTES: Final = 10_000_000
"""OpenAI's vision guide: 10 MB an image."""

MAX_EXAMPLES_WITH_IMAGES: Final = 50_000
"""OpenAI's vision guide."""

IMAGE_TYPES: Final = ("image/jpeg", "image/png", "image/webp")
"""OpenAI's vision guide."""

IMAGE_DETAILS: Final = ("auto", "low", "high")
"""OpenAI's line schema: `detail` of an image."""

MAX_FUNCTIONS: Final = 128
"""OpenAI's line schema: `functions` of an example."""

NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What OpenAI takes as the name of who speaks: a blank or an accent is refused."""

CHAT_ROLES: Final = ("system", "user", "assistant")
"""Roles every consumer knows."""

TOOL_ROLES: Final = (*CHAT_ROLES, "tool", "function")
"""Roles in OpenAI's line schema."""
