"""A session whose Lambda functions answer from memory, and whose credentials sign."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.credentials import Credentials


@dataclass
class LambdaSession:
    """Stands where boto3's session does; ``answer`` is what a function makes of its payload."""

    answer: Callable[[Any], Any]
    error: str | None = None
    invoked: list[tuple[str, Any]] = field(default_factory=list)
    region_name: str = "eu-central-1"

    def client(self, service: str) -> LambdaSession:
        return self

    def get_credentials(self) -> Credentials:
        return Credentials("AKIDEXAMPLE", "secret")

    def get_caller_identity(self) -> dict[str, str]:
        return {"Arn": "arn:aws:iam::111122223333:user/ada"}

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        message = json.loads(Payload)
        self.invoked.append((FunctionName, message))
        answer = {"Payload": io.BytesIO(json.dumps(self.answer(message)).encode())}
        return answer | ({} if self.error is None else {"FunctionError": self.error})
