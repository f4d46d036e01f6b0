"""A real mail server for ops/checks/smtp, and a reader of what it took.

smtp.py serve PORT FOLDER   takes mail into FOLDER/N.eml; FOLDER/mood says how: kind, busy (450) or unknown (550)
smtp.py show FILE PART      prints a part of a mail as a mail program would: from, to, subject, text or html
"""

import asyncio
import email
import email.policy
import pathlib
import sys

from aiosmtpd.controller import Controller


class Inbox:
    def __init__(self, folder):
        self.folder = folder
        self.count = len(list(folder.glob("*.eml")))

    async def handle_RCPT(self, server, session, envelope, address, options):
        mood = (self.folder / "mood").read_text().strip()
        if mood == "busy":
            return "450 4.2.1 come back later"
        if mood == "unknown":
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        unfinished = self.folder / f".{self.count}"
        unfinished.write_bytes(envelope.content)
        unfinished.rename(self.folder / f"{self.count}.eml")
        return "250 taken"


def serve(port, folder):
    controller = Controller(Inbox(folder), hostname="127.0.0.1", port=port)
    controller.start()
    asyncio.new_event_loop().run_forever()


def show(file, part):
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    if part in ("from", "to", "subject"):
        print(mail[part])
    else:
        print(mail.get_body((part.replace("text", "plain"),)).get_content())


if sys.argv[1] == "serve":
    serve(int(sys.argv[2]), pathlib.Path(sys.argv[3]))
else:
    show(pathlib.Path(sys.argv[2]), sys.argv[3])
