import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AddressedMail, Mailer } from './mailer.js';

const KEPT = 200;
const ID = /^[0-9a-f-]{36}$/;

const stored = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  sentAt: z.string(),
});
export type StoredMail = z.output<typeof stored>;

/** A folder of mails in place of an SMTP server: one file a mail, the newest 200 are kept. */
export class Mailbox implements Mailer {
  constructor(private readonly directory: string) {}

  async send(mail: AddressedMail): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = join(this.directory, `${mail.id}.json`);
    const content: StoredMail = { ...mail, sentAt: new Date().toISOString() };
    await writeFile(`${path}.part`, JSON.stringify(content), { mode: 0o600 });
    await rename(`${path}.part`, path);
    for (const id of (await this.ids()).slice(KEPT)) await rm(join(this.directory, `${id}.json`), { force: true });
  }

  /** Newest first. */
  async list(): Promise<StoredMail[]> {
    const mails = await Promise.all((await this.ids()).map((id) => this.find(id)));
    return mails.filter((mail) => mail !== undefined);
  }

  async find(id: string): Promise<StoredMail | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      return stored.parse(JSON.parse(await readFile(join(this.directory, `${id}.json`), 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  close(): void {
    // Nothing is held open.
  }

  /** Ids are ordered by time (UUIDv7). */
  private async ids(): Promise<string[]> {
    const names = await readdir(this.directory).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort()
      .reverse();
  }
}
