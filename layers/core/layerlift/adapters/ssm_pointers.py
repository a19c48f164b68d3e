"""Pointers as a pair of SSM parameters in the target."""

from typing import Any

from layerlift.adapters.clients import AwsClients, aws_errors, error_code
from layerlift.domain.pointers import Pointer
from layerlift.domain.targets import Target

_NOT_THERE = "ParameterNotFound"


class SsmPointers:
    """The :class:`~layerlift.ports.aws.Pointers` of an AWS account."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def read(self, target: Target, names: tuple[str, str]) -> Pointer | None:
        values = self._values(target, names)
        arn, version = (values.get(name) for name in names)
        return None if arn is None or version is None else Pointer(arn=arn, version=version)

    def write(
        self, target: Target, names: tuple[str, str], pointer: Pointer, *, is_new: bool = False
    ) -> None:
        current = {} if is_new else self._values(target, names)
        ssm = self._ssm(target)
        for name, value in zip(names, (pointer.arn, pointer.version), strict=True):
            if current.get(name) != value:
                with aws_errors(f"pointing {name} to {value} in {target}"):
                    ssm.put_parameter(
                        Name=name,
                        Value=value,
                        Type="String",
                        Overwrite=True,
                        Description="Kept by Layerlift: change it by promoting a release",
                    )

    def remove(self, target: Target, names: tuple[str, str]) -> None:
        from botocore.exceptions import ClientError

        for name in names:
            with aws_errors(f"removing {name} in {target}"):
                try:
                    self._ssm(target).delete_parameter(Name=name)
                except ClientError as problem:
                    if error_code(problem) != _NOT_THERE:
                        raise

    def _values(self, target: Target, names: tuple[str, str]) -> dict[str, str]:
        found = {name: self._value(target, name) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def _value(self, target: Target, name: str) -> str | None:
        return _value(self._ssm(target), target, name)

    def _ssm(self, target: Target) -> Any:
        return self._clients.client("ssm", target)


class SsmPointerSight:
    """The :class:`~layerlift.ports.aws.PointerSight` of an AWS account."""

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def look(self, target: Target, names: tuple[str, str]) -> tuple[str | None, str | None]:
        ssm = self._clients.hasty_client("ssm", target)
        arn, version = (_value(ssm, target, name) for name in names)
        return arn, version


def _value(ssm: Any, target: Target, name: str) -> str | None:
    from botocore.exceptions import ClientError

    with aws_errors(f"reading {name} in {target}"):
        try:
            return str(ssm.get_parameter(Name=name)["Parameter"]["Value"])
        except ClientError as problem:
            if error_code(problem) == _NOT_THERE:
                return None
            raise
