import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import pg from 'pg';
import type { Db } from '#core/db';
import { messageOf } from '#core/errors';
import { CHANNEL, IDS_PER_SIGNAL, type SignalBus, type SignalListener } from './signal-bus.js';

const RECONNECT_DELAY_MS = 1000;

/**
 * Signals over LISTEN/NOTIFY. NOTIFY is sent in a statement of its own after the commit of the facts: inside of their
 * transaction it would take a database-wide lock at commit and serialize all writers.
 */
export class PostgresSignalBus implements SignalBus {
  private readonly logger = new Logger('Realtime');
  private client: pg.Client | undefined;
  private closed = false;

  constructor(
    private readonly db: Db,
    private readonly directUrl: string,
  ) {}

  async publish(organizationIds: string[]): Promise<void> {
    for (let start = 0; start < organizationIds.length; start += IDS_PER_SIGNAL) {
      const payload = organizationIds.slice(start, start + IDS_PER_SIGNAL).join(',');
      // A signal need not survive a crash, so its commit does not wait for the disk, and nobody waits for it.
      await sql`select set_config('synchronous_commit', 'off', true), pg_notify(${CHANNEL}, ${payload})`.execute(
        this.db,
      );
    }
  }

  async listen(listener: SignalListener, onGap: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: this.directUrl,
      application_name: 'base-realtime',
      keepAlive: true,
    });
    const reconnect = (): void => {
      if (this.closed || this.client !== client) return;
      this.client = undefined;
      this.retry(listener, onGap);
    };
    client.on('error', reconnect);
    client.on('end', reconnect);
    client.on('notification', (message) => listener((message.payload ?? '').split(',').filter(Boolean)));
    this.client = client;
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.client?.end().catch(() => undefined);
  }

  private retry(listener: SignalListener, onGap: () => void): void {
    setTimeout(() => {
      if (this.closed) return;
      this.listen(listener, onGap).then(onGap, (error: unknown) => {
        this.logger.warn(`Listening failed, trying again: ${messageOf(error)}`);
        this.client = undefined;
        this.retry(listener, onGap);
      });
    }, RECONNECT_DELAY_MS).unref();
  }
}
