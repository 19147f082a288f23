"""A JMAP client that was not written here reads and sends mail: jmapc from PyPI, signed in by HTTP Basic.

    python jmapc_reads_and_sends.py ORIGIN ADDRESS PASSWORD

It sends a mail from the address to itself, waits until it is in the inbox, reads it, and destroys it.
"""

import functools
import sys
import time
import uuid

import jmapc
from jmapc import (
    Client,
    Email,
    EmailAddress,
    EmailBodyPart,
    EmailBodyValue,
    EmailQueryFilterCondition,
    EmailSubmission,
    MailboxQueryFilterCondition,
    Ref,
)
from jmapc.methods import (
    EmailGet,
    EmailQuery,
    EmailSet,
    EmailSubmissionSet,
    IdentityGet,
    MailboxGet,
    MailboxQuery,
    ThreadGet,
)
from jmapc.session import Session

ORIGIN, ADDRESS, PASSWORD = sys.argv[1:4]


class Owlet(Client):
    """jmapc takes every host to speak HTTPS; a gateway on this machine may speak HTTP."""

    @functools.cached_property
    def jmap_session(self) -> Session:
        answer = self.requests_session.get(f"{ORIGIN}/.well-known/jmap", timeout=30)
        answer.raise_for_status()
        return Session.from_dict(answer.json())


client = Owlet.create_with_password(host=ORIGIN, user=ADDRESS, password=PASSWORD)


def mailbox(role: str) -> str:
    answers = client.request(
        [MailboxQuery(filter=MailboxQueryFilterCondition(role=role)), MailboxGet(ids=Ref("/ids"))],
        raise_errors=True,
    )
    return answers[1].response.data[0].id


drafts, sent, inbox = mailbox("drafts"), mailbox("sent"), mailbox("inbox")
identity = client.request(IdentityGet(), raise_errors=True).data[0]
assert identity.email == ADDRESS, identity

token = uuid.uuid4().hex
subject = f"From jmapc, {token}"
body = "Grüße von jmapc"
answers = client.request(
    [
        EmailSet(
            create={
                "draft": Email(
                    mail_from=[EmailAddress(name=identity.name, email=identity.email)],
                    to=[EmailAddress(name="Somebody", email=ADDRESS)],
                    subject=subject,
                    keywords={"$draft": True},
                    mailbox_ids={drafts: True},
                    body_values={"body": EmailBodyValue(value=body)},
                    text_body=[EmailBodyPart(part_id="body", type="text/plain")],
                    headers=None,
                )
            }
        ),
        EmailSubmissionSet(
            create={"sending": EmailSubmission(email_id="#draft", identity_id=identity.id)},
            on_success_update_email={
                "#sending": {
                    f"mailboxIds/{drafts}": None,
                    f"mailboxIds/{sent}": True,
                    "keywords/$draft": None,
                }
            },
        ),
    ],
    raise_errors=True,
)
assert answers[1].response.created["sending"].undo_status is not None, answers

deadline = time.monotonic() + 30
while True:
    found = client.request(
        EmailQuery(filter=EmailQueryFilterCondition(in_mailbox=inbox, text=token)), raise_errors=True
    )
    if found.ids:
        break
    assert time.monotonic() < deadline, "the mail did not arrive"
    time.sleep(0.1)

email = client.request(
    EmailGet(
        ids=found.ids,
        fetch_all_body_values=True,
        properties=["threadId", "subject", "from", "textBody", "bodyValues", "messageId", "receivedAt", "preview"],
    ),
    raise_errors=True,
).data[0]
assert email.subject == subject, email
assert email.mail_from[0].email == ADDRESS, email
assert email.body_values[email.text_body[0].part_id].value.strip() == body, email
thread = client.request(ThreadGet(ids=[email.thread_id]), raise_errors=True).data[0]
assert len(thread.email_ids) == 2, thread

destroyed = client.request(EmailSet(destroy=thread.email_ids), raise_errors=True)
assert sorted(destroyed.destroyed) == sorted(thread.email_ids), destroyed
print(f"jmapc {getattr(jmapc, '__version__', '')} read and sent")
