"""What runs in the server's process: `python -m …_server_main ARGUMENTS-OF-MLX_LM.SERVER`.

Owns what mlx-lm's server lacks to be somebody's child: it says on standard output which
port it got, asks no name server for its own name, and ends when its parent does, or when
it cannot listen.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, NoReturn

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.local.worker._chat_tokens import ChatTokens
from langchain_imessage.finetuning.local.worker._loading import in_float32, prepare_cpu
from langchain_imessage.finetuning.local.worker._parent_watch import end_with_parent
from langchain_imessage.finetuning.local.worker._server_guard import RequestGuard
from langchain_imessage.finetuning.local.worker._stop_words import end_at_stop_words

if TYPE_CHECKING:
    from collections.abc import Callable

_ON_CPU = ("--prompt-concurrency", "1")
"""Prompts that are read together are padded to the longest; on a processor that padding takes
as long as words do. Answers are still written together."""


def main() -> NoReturn:
    """Serve until the parent ends."""
    announcement = os.dup(1)
    os.dup2(2, 1)  # whatever else is printed goes to the log
    RequestGuard(_read_key()).install()
    end_with_parent()
    try:
        _announce_port(announcement)
        from mlx_lm import server
        from mlx_lm.tokenizer_utils import TokenizerWrapper

        if prepare_cpu():
            loader: Any = server
            loader.load = in_float32(loader.load)
            sys.argv += _ON_CPU
        _ask_as_trained(TokenizerWrapper)
        end_at_stop_words(server.ResponseGenerator)
        run: Callable[[], None] = server.main
        run()
    except BaseException:  # noqa: BLE001 - a thread of mlx-lm's would keep us alive
        traceback.print_exc()
    finally:
        os._exit(1)


def _read_key() -> str:
    """Read what clients must send: the parent writes it, where no other user can see it."""
    key = b""
    while not key.endswith(b"\n"):
        if not (piece := os.read(0, 1)):
            os._exit(0)
        key += piece
    return key.decode().strip()


def _ask_as_trained(wrapper: type[Any]) -> None:
    """Make mlx-lm's tokenizers ask with the tokens that were trained on, and end as trained.

    mlx-lm renders each prompt as a whole. There a template may write earlier answers in
    another way than they were learned, or invite to think; and it ends answers by the
    model's own token alone, though many templates have another.
    """
    make, render = wrapper.__init__, wrapper.apply_chat_template

    def init(self: Any, *arguments: Any, **options: Any) -> None:
        make(self, *arguments, **options)
        with suppress(FineTuningError):
            self.eos_token_ids = ChatTokens(self).end_tokens()

    def apply_chat_template(
        self: Any, messages: Any, *, tokenize: bool = True, **options: Any
    ) -> Any:
        if tokenize and options.get("add_generation_prompt"):
            with suppress(FineTuningError):
                return ChatTokens(self).prompt(messages)
        options["enable_thinking"] = False
        return render(self, messages, tokenize=tokenize, **options)

    setattr(wrapper, "__init__", init)  # noqa: B010 - mypy minds
    setattr(wrapper, "apply_chat_template", apply_chat_template)  # noqa: B010


def _announce_port(announcement: int) -> None:
    """Make the server, whose class mlx-lm lets nobody choose, tell its port."""

    def bind(self: ThreadingHTTPServer) -> None:
        TCPServer.server_bind(self)
        host, port = self.server_address[:2]
        self.server_name, self.server_port = str(host), int(port)

    def activate(self: ThreadingHTTPServer) -> None:
        TCPServer.server_activate(self)
        os.write(announcement, f"{self.server_port}\n".encode())
        os.close(announcement)

    setattr(ThreadingHTTPServer, "server_bind", bind)  # noqa: B010 - mypy minds
    setattr(ThreadingHTTPServer, "server_activate", activate)  # noqa: B010


if __name__ == "__main__":  # pragma: no cover - in the process only
    main()
