import { createTransport, type Transporter } from 'nodemailer';
import type { AddressedMail, Mailer } from './mailer.js';

const TIMEOUT_MS = 15_000;

/** Sends by SMTP. */
export class SmtpMailer implements Mailer {
  private readonly transport: Transporter;

  /**
   * @param url `smtp://user:password@host:587` (STARTTLS when the server offers it) or `smtps://…:465`
   * @param from e.g. `BASE Agency <no-reply@example.com>`
   */
  constructor(
    url: string,
    private readonly from: string,
  ) {
    this.transport = createTransport({
      url,
      pool: true,
      maxConnections: 2,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      // What a mail says comes from us as text: nothing in it may make us read a file or fetch an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send(mail: AddressedMail): Promise<void> {
    await this.transport.sendMail({
      from: this.from,
      to: { name: '', address: mail.to },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: `<${mail.id}@base-agency>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  }

  close(): void {
    this.transport.close();
  }
}
