import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Db, InjectDb } from '#core/db';
import { messageOf } from '#core/errors';
import { Repetition } from '#core/repetition';
import type { MailDefinition } from './define-mail.js';
import type { Mailer } from './mailer.js';
import { type DueMail, OutboundMailsRepository } from './outbound-mails.repository.js';

export const MAILER = Symbol('Mailer');
export const MAIL_DEFINITIONS = Symbol('MailDefinitions');

const INTERVAL_MS = 1_000;
const BATCH = 20;
/** Longer than sending a batch takes when the server is slow. */
const LEASE_SECONDS = 120;
/** Some two days of trying: 30 s, 2 min, 8 min, … at most 12 h apart. */
const MAX_ATTEMPTS = 10;

/**
 * Sends what lies in the outbox. A mail may go out twice when the process dies between sending and noting it, never not
 * at all. A timer of the process, like the sweeper: the rows are the truth, no queue is needed.
 */
@Injectable()
export class MailSender implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Mail');
  private readonly definitions: ReadonlyMap<string, MailDefinition>;
  private readonly passes = new Repetition({
    run: async () => {
      await this.sendDue();
      return INTERVAL_MS;
    },
    onFailure: (error) => this.logger.warn(`The outbox cannot be read, trying again: ${messageOf(error)}`),
    afterFailureMs: INTERVAL_MS,
  });

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: OutboundMailsRepository,
    @Inject(MAILER) private readonly mailer: Mailer,
    @Inject(MAIL_DEFINITIONS) definitions: MailDefinition[],
  ) {
    this.definitions = new Map(definitions.map((definition) => [definition.name, definition]));
  }

  onApplicationBootstrap(): void {
    this.passes.start(INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.passes.stop();
    this.mailer.close();
  }

  /** One pass over what is due. @returns how many mails went out. */
  async sendDue(): Promise<number> {
    let sent = 0;
    for (;;) {
      const due = await this.repository.claimDue(this.db, BATCH, LEASE_SECONDS);
      for (const mail of due) if (await this.send(mail)) sent++;
      if (due.length < BATCH) return sent;
    }
  }

  private async send(mail: DueMail): Promise<boolean> {
    try {
      const definition = this.definitions.get(mail.template);
      if (!definition) throw new Error(`This worker knows no mail ${mail.template}`);
      await this.mailer.send({ id: mail.id, to: mail.recipient, ...definition.render(mail.data, mail.locale) });
    } catch (error) {
      const retryAfterSeconds =
        mail.attempts >= MAX_ATTEMPTS ? null : Math.min(30 * 4 ** (mail.attempts - 1), 12 * 3600);
      await this.repository.markFailed(this.db, mail, messageOf(error), retryAfterSeconds);
      this.logger.warn(
        `The mail ${mail.id} (${mail.template}) was not sent, ${retryAfterSeconds === null ? 'given up' : `next try in ${retryAfterSeconds} s`}: ${messageOf(error)}`,
      );
      return false;
    }
    await this.repository.markSent(this.db, mail.id);
    return true;
  }
}
