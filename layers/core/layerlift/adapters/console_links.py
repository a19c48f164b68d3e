"""Links to the AWS console, for people who have to look at something."""

from urllib.parse import quote

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
    host = _HOSTS.get(partition, _HOSTS["aws"])
    return f"https://{host}/cloudwatch/home?region={region}#alarmsV2:alarm/{quote(name, safe='')}"


def dashboard_link(partition: str, region: str, name: str) -> str:
    """Return where the console shows the dashboard with that name."""
    host = _HOSTS.get(partition, _HOSTS["aws"])
    path = f"cloudwatch/home?region={region}#dashboards/dashboard/{quote(name, safe='')}"
    return f"https://{host}/{path}"
