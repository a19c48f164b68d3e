"""People with roles in the control plane's account, whose signatures the emulator checks.

The root credentials that the emulator starts with prove nothing: nobody decides with them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import boto3
import pytest

from tests.e2e.application import Application

ACCOUNT = "000000000000"
MANAGERS, DEVELOPERS = "release-managers", "developers"
# What somebody needs to push, to look, to decide and to override; no table of tokens, no state
# machine.
PERMISSIONS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "cloudformation:DescribeStacks",
                "dynamodb:GetItem",
                "dynamodb:Query",
                "lambda:InvokeFunction",
                "s3:PutObject",
                "s3:PutObjectTagging",
                "sts:GetCallerIdentity",
            ],
            "Resource": "*",
        }
    ],
}


@dataclass(frozen=True)
class Person:
    """A session of a role, and the command as it runs with its credentials."""

    application: Application
    session: boto3.Session
    arn: str

    def command(self, *arguments: str) -> tuple[int, str]:
        """Return the exit code and what was said: the answer, or what was wrong."""
        keys = self.session.get_credentials().get_frozen_credentials()
        mine = {
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_SESSION_TOKEN": keys.token,
        }
        with pytest.MonkeyPatch.context() as environment:
            for name, value in mine.items():
                environment.setenv(name, value)
            done = self.application.command(*arguments)
        return done.returncode, done.stdout + (done.stderr if done.returncode else "")


class People:
    """Gives sessions of roles in the application's account: of approvers, and of others."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._iam = application.session.client("iam")
        for role in (MANAGERS, DEVELOPERS):
            self._create(role)

    def _create(self, role: str) -> None:
        principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        trust = {"Version": "2012-10-17", "Statement": [statement]}
        self._iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
        self._iam.put_role_policy(
            RoleName=role, PolicyName="releases", PolicyDocument=json.dumps(PERMISSIONS)
        )

    def assume(self, role: str, name: str) -> Person:
        session = self._application.session
        answer = session.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName=name
        )
        keys = answer["Credentials"]
        return Person(
            self._application,
            boto3.Session(
                keys["AccessKeyId"],
                keys["SecretAccessKey"],
                keys["SessionToken"],
                region_name=session.region_name,
            ),
            answer["AssumedRoleUser"]["Arn"],
        )
