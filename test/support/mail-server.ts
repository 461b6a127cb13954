import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.js';

interface ReceivedMail {
  to: string[];
  source: string;
}

/** A mail server on loopback that keeps what it is given. */
export class MailServer {
  private constructor(
    private readonly server: SMTPServer,
    private readonly mails: ReceivedMail[],
  ) {}

  static async start(): Promise<MailServer> {
    const mails: ReceivedMail[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        text(stream).then((source) => {
          mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), source });
          done();
        }, done);
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return new MailServer(server, mails);
  }

  /** What `SMTP_URL` is to be. */
  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** Waits for the next mail to an address and takes it out. @returns the token of the link in it */
  async takeToken(email: string): Promise<string> {
    const mail = await eventually(
      () => Promise.resolve(this.mails.find(({ to }) => to.includes(email))),
      `a mail to ${email}`,
    );
    this.mails.splice(this.mails.indexOf(mail), 1);
    // Quoted-printable (RFC 2045, 6.7): lines are broken by `=`, and an equals sign is =3D.
    const body = mail.source.replaceAll('=\r\n', '').replaceAll('=3D', '=');
    const token = /#token=([\w.-]+)/.exec(body)?.[1];
    if (!token) throw new Error(`No link in the mail to ${email}:\n${body}`);
    return token;
  }

  async stop(): Promise<void> {
    const closed = once(this.server.server, 'close');
    this.server.close();
    await closed;
  }
}
