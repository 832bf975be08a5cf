"""An SMTP server for tests, on aiosmtpd. One JSON line on stdout per event, one JSON command per line on stdin.

Events: {"event": "listening", "port": N}, {"event": "stopped"}, {"event": "message", ...}.
Commands: {"refuse": [addresses], "tempfail": [addresses]}, {"stop": true}, {"start": true}.
It ends when stdin closes, so it can't outlive the test that started it.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

options = json.loads(sys.argv[1])
refused, busy = set(), set()
open_connections = set()


def say(**event):
    print(json.dumps(event), flush=True)


def part(message, kind):
    found = message.get_body(preferencelist=(kind,))
    return found.get_content() if found is not None else None


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        folded = address.lower()
        if folded in refused:
            return f"550 5.1.1 <{address}>: no such mailbox here"
        if folded in busy:
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        try:
            text, html = part(message, "plain"), part(message, "html")
        except Exception as error:  # what can't be decoded is a fault of the sender: say so in the mail itself
            text, html = f"undecodable: {error}", None
        tls = session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None
        say(
            event="message",
            **{
                "from": envelope.mail_from or "",
                "to": envelope.rcpt_tos,
                "subject": str(message["subject"] or ""),
                "text": text or "",
                "html": html or "",
                "headers": [[name, str(value)] for name, value in message.items()],
                "raw": envelope.content.decode("utf-8", "replace"),
                "tls": tls,
                "user": session.auth_data if session.authenticated else None,
            },
        )
        return "250 OK"


class Server(SMTP):
    def connection_made(self, transport):
        open_connections.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error):
        open_connections.discard(self.transport)
        super().connection_lost(error)


def authenticate(server, session, envelope, mechanism, data):
    given = [field.decode("utf-8", "replace") for field in (data.login, data.password)]
    if given == options["auth"]:
        return AuthResult(success=True, auth_data=given[0])
    return AuthResult(success=False, handled=False)


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(options["cert"], options["key"])
    return made


def protocol():
    wants_auth = options["auth"] is not None
    starttls = options["tls"] == "starttls"
    return Server(
        Handler(),
        hostname="localhost",
        enable_SMTPUTF8=True,
        tls_context=context() if starttls else None,
        require_starttls=starttls,
        authenticator=authenticate,
        auth_required=wants_auth,
        # aiosmtpd knows of STARTTLS only: under implicit TLS it would refuse to authenticate
        auth_require_tls=starttls,
        auth_exclude_mechanism=[] if wants_auth else ["LOGIN", "PLAIN"],
    )


async def main():
    loop = asyncio.get_running_loop()
    commands = asyncio.Queue()

    def read():
        for line in sys.stdin:
            loop.call_soon_threadsafe(commands.put_nowait, json.loads(line))
        loop.call_soon_threadsafe(commands.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    implicit = context() if options["tls"] == "implicit" else None
    port, server = 0, None

    async def start():
        nonlocal port, server
        server = await loop.create_server(protocol, "127.0.0.1", port, ssl=implicit)
        port = server.sockets[0].getsockname()[1]
        say(event="listening", port=port)

    await start()
    while (command := await commands.get()) is not None:
        if "refuse" in command:
            refused.clear(), refused.update(command["refuse"])
            busy.clear(), busy.update(command["tempfail"])
            say(event="changed")
        elif "stop" in command and server is not None:
            server.close()
            for transport in list(open_connections):
                transport.abort()
            server = None
            say(event="stopped")
        elif "start" in command and server is None:
            await start()


asyncio.run(main())
