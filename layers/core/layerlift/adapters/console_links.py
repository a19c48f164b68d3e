"""Links to the AWS console, for people who have to look at something."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from layerlift.domain.events import Detail, Links

_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""By partition, see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/
partitions.html"""


def alarm_link(arn: str) -> str:
    """Return where the console shows the alarm with that ARN.

    A partition that is not known here gets the host of the largest.
    """
    _, partition, _, region, _, _, name = arn.split(":", 6)
    return f"{_home('cloudwatch', partition, region)}#alarmsV2:alarm/{quote(name, safe='')}"


def layer_version_link(arn: str) -> str:
    """Return where the console shows the layer version with that ARN."""
    _, partition, _, region, _, _, name, number = arn.split(":")
    home = _home("lambda", partition, region)
    return f"{home}#/layers/{quote(name, safe='')}/versions/{number}"


def execution_link(arn: str) -> str:
    """Return where the console shows the execution of a state machine with that ARN."""
    _, partition, _, region, _ = arn.split(":", 4)
    return f"{_home('states', partition, region)}#/v2/executions/details/{arn}"


@dataclass(frozen=True, slots=True)
class HomeConsole:
    """The console of the control plane's own region."""

    partition: str
    region: str
    control_plane: str

    @property
    def dashboard(self) -> str:
        """Where the console shows Layerlift's dashboard."""
        name = quote(f"Layerlift-{self.control_plane}", safe="")
        return f"{_home('cloudwatch', self.partition, self.region)}#dashboards/dashboard/{name}"

    def links(self, detail: Detail) -> Links:
        """Return where the console shows more of what an event tells."""
        report, arn = detail.report_url, detail.layer_arn
        return Links(
            dashboard=self.dashboard,
            report=None if report is None else self._object(report),
            layer_version=None if arn is None else layer_version_link(arn),
        )

    def _object(self, url: str) -> str:
        named = urlsplit(url)
        key = quote(named.path.removeprefix("/"), safe="")
        host = _HOSTS.get(self.partition, _HOSTS["aws"])
        return f"https://{host}/s3/object/{named.netloc}?region={self.region}&prefix={key}"


def _home(service: str, partition: str, region: str) -> str:
    return f"https://{_HOSTS.get(partition, _HOSTS['aws'])}/{service}/home?region={region}"
