import type { RenderedMail } from './render-mail.js';

export interface AddressedMail extends RenderedMail {
  /** Of the outbox; the same when a mail is sent again after a crash. */
  id: string;
  to: string;
}

/** Takes a mail out of the house: by SMTP, or into the mailbox that developers open. */
export interface Mailer {
  send(mail: AddressedMail): Promise<void>;
  close(): void;
}
