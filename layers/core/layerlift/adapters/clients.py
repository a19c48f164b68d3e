"""Makes AWS clients, one per service and target; and turns their errors into this package's.

botocore is imported when the first client is made: a function that answers from its input alone
starts without it. boto3 would add transfers and resources to the same clients, which no step uses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, get_args

from layerlift.domain.errors import AccessRefused, Fault, Unavailable
from layerlift.domain.targets import Target

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.loaders import Loader
    from botocore.session import Session

Service = Literal[
    "cloudwatch",
    "dynamodb",
    "events",
    "lambda",
    "resourcegroupstaggingapi",
    "s3",
    "scheduler",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
]

_REFUSED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
    }
)
_TRANSIENT = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ResourceConflictException",
        "ResourceNotReadyException",
        "ServiceException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TooManyUpdates",
        "TransactionConflictException",
    }
)
_FORBIDDEN, _TOO_MANY_REQUESTS, _SERVER_ERROR = 403, 429, 500

_SECONDS = 20
"""How long an answer is waited for."""

_TARGET_SECONDS = 8
"""How long an answer from a target is waited for. Lambda, SSM and CloudWatch answer what they are
asked there well within a second; that a target hangs has to be known before the function that asks
runs out of its own time (60 s, ``template.yaml``): it is out of reach then, and no fault."""

_COPYING_SECONDS = 20
"""How long S3 in a target is waited for: a copy of a zip from another region takes its time."""

_TARGET_ATTEMPTS = 2
"""Tries by the SDK in a target: the state machine asks again, with growing waits, for as long as
the policy says."""

_HASTY_CONNECT_SECONDS, _HASTY_SECONDS = 2, 3
"""How long a target is waited for while somebody looks on, who can ask again."""

_PATIENT_SECONDS = 50
"""How long the answer to a call is waited for that is not simply asked again."""

_SESSION_NAME = "layerlift"
_SESSION_SECONDS = 900
"""The shortest that AssumeRole offers."""

_MAKING = Lock()
"""Clients may be used by several threads, but not made by several, see
https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#general-example"""


class AwsClients:
    """The one place where clients are made, so that a target may one day mean another account.

    Without a target, a client is for the region the process runs in.
    """

    def client(
        self, service: Service, target: Target | None = None, *, asks_once: bool = False
    ) -> Any:
        """Return a client, the same one for the same arguments.

        ``asks_once`` switches the SDK's own retries off, for calls that must not be repeated
        blindly.
        """
        with _MAKING:
            region = None if target is None else target.region
            return _client(service, region, asks_once=asks_once)

    def hasty_client(self, service: Service, target: Target) -> Any:
        """Return a client for a look into a target while somebody waits for the answer.

        It asks once, and gives up after 5 seconds at most.
        """
        with _MAKING:
            return _client(service, target.region, is_hasty=True)

    def client_as(self, role: str, service: Service, target: Target, *, session_policy: str) -> Any:
        """Return a client with the credentials of a role (its ARN), a new one each time.

        It may do what both the role and ``session_policy`` (JSON) allow, for 15 minutes. The role
        is taken on in the target's own region: what a region that one has to opt in to hands out
        counts in every region,
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html.

        :raises AccessRefused: if this process may not take the role on, or there is none.
        """
        sts = self.client("sts", target)
        with aws_errors(f"taking on {role} in {target}"):
            answer = sts.assume_role(
                RoleArn=role,
                RoleSessionName=_SESSION_NAME,
                DurationSeconds=_SESSION_SECONDS,
                Policy=session_policy,
            )
        with _MAKING:
            return _client_with(answer["Credentials"], service, target.region)


_source: "Session | None" = None


def make_clients_from(session: "Session") -> None:
    """Make the clients from this session, instead of one that reads the environment."""
    global _source
    _source = session


def _session() -> "Session":
    global _source
    if _source is None:
        from botocore.session import Session

        _source = Session()
        _source.register_component("data_loader", _loader())
    return _source


def _loader() -> "Loader":
    """Return a loader that knows which services there are.

    botocore looks through the folders of some 400 services before it makes the first client, to
    learn that there is the one which is wanted.
    """
    from botocore.loaders import Loader

    class KnownServices(Loader):
        def list_available_services(self, _: str) -> list[str]:
            return list(get_args(Service))

    return KnownServices()


@cache
def _client(
    service: Service, region: str | None, *, asks_once: bool = False, is_hasty: bool = False
) -> Any:
    config = _config(asks_once) if region is None or asks_once else _target_config(service)
    if is_hasty:
        config = config.merge(_hasty_config())
    return _session().create_client(service, region_name=region, config=config)


def _client_with(credentials: Any, service: Service, region: str) -> Any:
    return _session().create_client(
        service,
        region_name=region,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=_target_config(service),
    )


def _config(asks_once: bool) -> "Config":
    from botocore.config import Config

    return Config(
        connect_timeout=3,
        read_timeout=_PATIENT_SECONDS if asks_once else _SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1 if asks_once else 4},
        max_pool_connections=16,
        user_agent_extra="layerlift",
    )


def _target_config(service: Service) -> "Config":
    from botocore.config import Config

    seconds = _COPYING_SECONDS if service == "s3" else _TARGET_SECONDS
    retries: Any = {"mode": "standard", "total_max_attempts": _TARGET_ATTEMPTS}
    return _config(asks_once=False).merge(Config(read_timeout=seconds, retries=retries))


def _hasty_config() -> "Config":
    from botocore.config import Config

    once: Any = {"mode": "standard", "total_max_attempts": 1}
    return Config(connect_timeout=_HASTY_CONNECT_SECONDS, read_timeout=_HASTY_SECONDS, retries=once)


@contextmanager
def aws_errors(doing: str) -> Iterator[None]:
    """Turn what botocore raises inside into this package's errors; ``doing`` says what was tried.

    :raises AccessRefused: for a missing permission.
    :raises Unavailable: for throttling, server errors, and connections that fail.
    :raises Fault: for any other answer, and for a request that cannot be made.
    """
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    try:
        yield
    except ClientError as problem:
        raise translate(problem, doing) from problem
    except ParamValidationError as problem:
        raise Fault(f"{doing}: {problem}") from problem
    except BotoCoreError as problem:
        raise Unavailable(f"{doing}: {problem}") from problem


def translate(problem: Any, doing: str) -> Fault:
    """Return a botocore ``ClientError`` as the fault it means."""
    code = str(problem.response.get("Error", {}).get("Code", ""))
    message = f"{doing}: {problem}"
    status = int(problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    # An answer without a body, as to HeadObject, has no code but its status.
    if code in _REFUSED or status == _FORBIDDEN:
        return AccessRefused(message)
    if code in _TRANSIENT or status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR:
        return Unavailable(message)
    return Fault(message)


def error_code(problem: Any) -> str:
    """Return the error code of a botocore ``ClientError``."""
    return str(problem.response.get("Error", {}).get("Code", ""))
