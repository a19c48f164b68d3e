"""Which other accounts may read the layer versions of a stage, and whose eyes check that they can.

A layer version's policy allows ``lambda:GetLayerVersion`` to accounts one by one and to a whole
organization (https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html).
Everyone, which the API would also take, is not offered: it cannot be told from a mistake.
"""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from layerlift.domain.errors import InvalidText
from layerlift.domain.model import Value

_ACCOUNT = re.compile(r"\d{12}")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_READER = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/layerlift-reader[\w+=,.@-]*", re.ASCII)

MAX_ACCOUNTS = 50
"""A resource policy of Lambda holds 20 KB, and a statement for one account takes up to 350 bytes.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def _quoted(value: Any) -> Any:
    # YAML takes digits without quotes for a number, and loses zeros in front.
    if isinstance(value, int):
        raise InvalidText(f"write the account in quotes, like '111122223333': {value} is a number")
    return value


def _account(text: str) -> str:
    if not _ACCOUNT.fullmatch(text):
        raise InvalidText(f"{text!r} is not an account: use its 12 digits, in quotes")
    return text


def _organization(text: str) -> str:
    if not _ORGANIZATION.fullmatch(text):
        raise InvalidText(f"{text!r} is not an organization's id, like o-a1b2c3d4e5")
    return text


def _reader(text: str) -> str:
    if not _READER.fullmatch(text):
        raise InvalidText(
            f"{text!r} is not the ARN of a reader: use a role whose name begins with "
            "layerlift-reader, like arn:aws:iam::111122223333:role/layerlift-reader"
        )
    return text


Account = Annotated[str, BeforeValidator(_quoted), AfterValidator(_account)]
Organization = Annotated[str, AfterValidator(_organization)]
Reader = Annotated[str, AfterValidator(_reader)]


class Grants(Value):
    """Who else may read the stage's layer versions; without any, only the owner's account may."""

    accounts: tuple[Account, ...] = Field(
        default=(),
        max_length=MAX_ACCOUNTS,
        description="Accounts that may read and attach the stage's layer versions: 12 digits each, "
        "in quotes.",
        examples=[["111122223333", "444455556666"]],
    )
    organization: Organization | None = Field(
        default=None,
        description="An organization whose accounts all may.",
        examples=["o-a1b2c3d4e5"],
    )
    reader: Reader | None = Field(
        default=None,
        description="A role in one of those accounts. With its credentials each version is read "
        "before a pointer names it; if it cannot be, the stage fails. Its name begins with "
        "layerlift-reader, it trusts the role of the grant function (the output GrantRoleArn), and "
        "it may do lambda:GetLayerVersion. Without a reader nobody checks.",
        examples=["arn:aws:iam::111122223333:role/layerlift-reader"],
    )

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "Grants":
        for account in self.accounts:
            if self.accounts.count(account) > 1:
                raise InvalidText(f"the account {account!r} is listed twice")
        if self.reader is None:
            return self
        if not self:
            raise InvalidText("there is a reader, but nobody who may read: name accounts, too")
        if self.organization is None and self.reader_account not in self.accounts:
            raise InvalidText(
                f"the reader is of the account {self.reader_account!r}, which is not listed: it "
                "could never read the layer"
            )
        return self

    def __bool__(self) -> bool:
        return bool(self.accounts or self.organization)

    @property
    def reader_account(self) -> str | None:
        """The account that the reader is of, None without a reader."""
        match = None if self.reader is None else _READER.fullmatch(self.reader)
        return None if match is None else match[1]
