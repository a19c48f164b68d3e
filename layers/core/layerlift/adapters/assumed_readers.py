"""The eyes of those who use a layer: a role that is taken on for one look."""

import json

from layerlift.adapters.clients import AwsClients, aws_errors
from layerlift.domain.layer_statements import READ
from layerlift.domain.targets import Target
from layerlift.ports.aws import LayerVersion


class AssumedReaders:
    """The :class:`~layerlift.ports.aws.Readers` of AWS.

    ``local`` says that AWS is imitated on this machine, where reads of layers are authorised as
    ``lambda:ListLayers`` (the parameter ``LocalEndpoint`` in ``template.yaml``).
    """

    def __init__(self, clients: AwsClients, *, local: bool) -> None:
        self._clients = clients
        self._local = local

    def read(self, reader: str, target: Target, layer_arn: str) -> LayerVersion:
        client = self._clients.client_as(
            reader, "lambda", target, session_policy=self._one_look(layer_arn)
        )
        with aws_errors(f"reading {layer_arn} as {reader}"):
            answer = client.get_layer_version_by_arn(Arn=layer_arn)
        return LayerVersion(
            number=int(answer["Version"]),
            arn=answer["LayerVersionArn"],
            description=answer.get("Description", ""),
            code_sha256=answer.get("Content", {}).get("CodeSha256"),
        )

    def _one_look(self, layer_arn: str) -> str:
        """Return the session policy: whatever else the role may do, here it reads this version."""
        statements = [{"Effect": "Allow", "Action": READ, "Resource": layer_arn}]
        if self._local:
            statements.append({"Effect": "Allow", "Action": "lambda:ListLayers", "Resource": "*"})
        return json.dumps({"Version": "2012-10-17", "Statement": statements})
