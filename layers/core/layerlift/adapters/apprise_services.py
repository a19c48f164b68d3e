"""Every other service of chat, through Apprise (https://github.com/caronc/apprise).

It is imported when it is first used: who uses none of its services does not wait for it.
"""

import logging

SECONDS = 10
"""How long one service may take: an answer that drips would hold up the others until the function
that tells them all runs out of its time (60 s, ``template.yaml``)."""

_KINDS = {"info": "info", "good": "success", "attention": "warning", "bad": "failure"}


class AppriseServices:
    """The :class:`~layerlift.ports.chat.AnyService`; each may take ``seconds``."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds

    def notify(self, address: str, title: str, body: str, severity: str) -> bool:
        from apprise import Apprise, AppriseAsset, NotifyType

        # It logs addresses, if only partly; nothing of a secret is to be in a log.
        logging.getLogger("apprise").disabled = True
        asset = AppriseAsset(secure_logging=True, async_mode=False, service_timeout=self._seconds)
        speaker = Apprise(asset=asset)
        kind = NotifyType(_KINDS[severity])
        try:
            return bool(speaker.add(address)) and bool(
                speaker.notify(title=title, body=body, notify_type=kind, body_format="text")
            )
        except Exception:
            # There are more than a hundred, each with faults of its own, whose messages quote the
            # address; and the fault of one is to hold up no other destination.
            return False
