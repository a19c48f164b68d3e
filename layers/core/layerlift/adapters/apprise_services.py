"""Every other service of chat, through Apprise (https://github.com/caronc/apprise).

It is imported when it is first used: who uses none of its services does not wait for it.
"""

import logging

_KINDS = {"info": "info", "good": "success", "attention": "warning", "bad": "failure"}


class AppriseServices:
    """The :class:`~layerlift.ports.chat.AnyService`."""

    def notify(self, address: str, title: str, body: str, severity: str) -> bool:
        from apprise import Apprise, AppriseAsset, NotifyType

        # It logs addresses, if only partly; nothing of a secret is to be in a log.
        logging.getLogger("apprise").disabled = True
        speaker = Apprise(asset=AppriseAsset(secure_logging=True, async_mode=False))
        if not speaker.add(address):
            return False
        kind = NotifyType(_KINDS[severity])
        return bool(speaker.notify(title=title, body=body, notify_type=kind, body_format="text"))
