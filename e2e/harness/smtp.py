"""smtp.py PORT FOLDER: a mail server that keeps each mail as FOLDER/N.eml, until it is told to stop."""

import pathlib
import signal
import sys

from aiosmtpd.controller import Controller


class Keep:
    """Writes under another name first, so that nobody reads half a mail."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self.count = folder, 0

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.count += 1
        unfinished = self.folder / f"{self.count}.part"
        unfinished.write_bytes(envelope.content)
        unfinished.rename(self.folder / f"{self.count:06}.eml")
        return "250 Message accepted for delivery"


controller = Controller(Keep(pathlib.Path(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
signal.sigwait({signal.SIGTERM, signal.SIGINT})
controller.stop()
