import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';
import { AppConfigModule, loadConfig } from '#core/config';
import { createDatabase, type Db, DatabaseModule, withTenant } from '#core/db';
import { ProblemFilter } from '#core/http';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { defineMail } from './define-mail.js';
import { MailHttpModule } from './mail.http.module.js';
import { MailOutbox } from './mail-outbox.service.js';
import { MailSender } from './mail-sender.service.js';
import { Mailbox } from './mailbox.js';
import type { AddressedMail, Mailer } from './mailer.js';
import { OutboundMailsRepository } from './outbound-mails.repository.js';
import { SmtpMailer } from './smtp.client.js';

const Greeting = defineMail({
  name: 'test.mail',
  data: z.object({ url: z.string() }),
  content: {
    'pt-BR': ({ url }) => ({ subject: 'Olá, coração', paragraphs: ['Bom dia.'], action: { label: 'Abrir', url } }),
    en: ({ url }) => ({ subject: 'Hello', paragraphs: ['Good morning.'], action: { label: 'Open', url } }),
  },
});

@Module({})
class Root {}

let database: TestDatabase;
let api: Db;
let worker: Db;
const repository = new OutboundMailsRepository();
const outbox = new MailOutbox(repository);

/** Keeps what is sent, and fails as told. */
class Pigeon implements Mailer {
  readonly sent: AddressedMail[] = [];
  failWith: Error | undefined;

  send(mail: AddressedMail): Promise<void> {
    if (this.failWith) return Promise.reject(this.failWith);
    this.sent.push(mail);
    return Promise.resolve();
  }

  close(): void {
    this.sent.length = 0;
  }
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  api = createDatabase({ url: database.apiUrl, max: 4, applicationName: 'test-api' });
  worker = createDatabase({ url: database.workerUrl, max: 4, applicationName: 'test-worker' });
});
afterAll(async () => {
  await Promise.all([api.destroy(), worker.destroy()]);
  await database.drop();
});
beforeEach(async () => {
  await worker.deleteFrom('outbound_mails').execute();
});

const leave = (to: string, locale = 'pt-BR') =>
  api
    .transaction()
    .execute((trx) => outbox.leave(trx, Greeting, { url: 'https://example.com/#token=secret' }, { to, locale }));
const sender = (mailer: Mailer) => new MailSender(worker, repository, mailer, [Greeting]);
const rows = () => worker.selectFrom('outbound_mails').selectAll().orderBy('id').execute();

describe('the outbox of mails', () => {
  it('gives each mail to one of several workers, in the reader’s language, and forgets secrets and address once it is sent', async () => {
    for (let i = 0; i < 30; i++) await leave(`person-${i}@example.com`, i % 2 ? 'en' : 'pt-BR');
    const pigeons = [new Pigeon(), new Pigeon(), new Pigeon()];
    const counts = await Promise.all(pigeons.map((pigeon) => sender(pigeon).sendDue()));
    expect(counts.reduce((sum, count) => sum + count)).toBe(30);
    const sent = pigeons.flatMap((pigeon) => pigeon.sent);
    expect(new Set(sent.map((mail) => mail.to)).size).toBe(30);
    expect(sent.find((mail) => mail.to === 'person-1@example.com')).toMatchObject({
      subject: 'Hello',
      text: 'Good morning.\n\nOpen:\nhttps://example.com/#token=secret\n',
    });
    expect(sent.find((mail) => mail.to === 'person-0@example.com')?.subject).toBe('Olá, coração');
    for (const row of await rows()) {
      expect(row).toMatchObject({ recipient: '(forgotten)', data: {}, error: null, sent_at: expect.any(Date) });
    }
  });

  it('holds nothing of a transaction that was rolled back', async () => {
    const failing = api.transaction().execute(async (trx) => {
      await outbox.leave(trx, Greeting, { url: 'x' }, { to: 'nobody@example.com', locale: 'en' });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await rows()).toEqual([]);
  });

  it('takes a mail at the end of a tenant’s transaction, which itself may not write there', async () => {
    const claims = { role: 'authenticated', sub: '01890000-0000-7000-8000-000000000000' } as const;
    await withTenant(api, claims, (trx) =>
      outbox.leave(trx, Greeting, { url: 'x' }, { to: 'a@example.com', locale: 'en' }),
    );
    expect(await rows()).toHaveLength(1);
    const byTenant = withTenant(api, claims, (trx) =>
      trx.insertInto('outbound_mails').values({ recipient: 'b@example.com', template: 'test.mail' }).execute(),
    );
    await expect(byTenant).rejects.toThrow('permission denied');
  });

  it('tries again after a failure, later and later, and gives up after ten tries', async () => {
    await leave('far@example.com');
    const pigeon = new Pigeon();
    pigeon.failWith = new Error('451 far@example.com come back later');
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt++) {
      expect(await sender(pigeon).sendDue()).toBe(0);
      const [row] = await rows();
      expect(row).toMatchObject({ attempts: attempt, error: '451 (forgotten) come back later', sent_at: null });
      if (attempt < 10) waits.push(Math.round(((row?.next_attempt_at?.getTime() ?? 0) - Date.now()) / 1000));
      else expect(row).toMatchObject({ next_attempt_at: null, recipient: '(forgotten)', data: {} });
      await worker
        .updateTable('outbound_mails')
        .set({ next_attempt_at: new Date() })
        .where('next_attempt_at', 'is not', null)
        .execute();
    }
    expect(waits.slice(0, 3)).toEqual([30, 120, 480]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(43_200);
  });

  it('gets back what a worker took and did not send, and keeps what this release has no words for', async () => {
    await leave('left@example.com');
    await repository.claimDue(worker, 10, 0.05);
    const pigeon = new Pigeon();
    expect(await sender(pigeon).sendDue()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await sender(pigeon).sendDue()).toBe(1);

    await worker.insertInto('outbound_mails').values({ recipient: 'x@example.com', template: 'of.tomorrow' }).execute();
    expect(await sender(pigeon).sendDue()).toBe(0);
    expect((await rows()).at(-1)).toMatchObject({ error: 'This worker knows no mail of.tomorrow', sent_at: null });
  });
});

describe('the mailers', () => {
  const mail = {
    id: '01890000-0000-7000-8000-000000000001',
    to: 'ana@example.com',
    subject: 'Olá, coração',
    text: 'Bom dia.\n',
    html: '<p>Bom dia.</p>',
  };

  it('speak SMTP, with an account when the URL has one', async () => {
    const received: { from: string; to: string[]; user: string; source: string }[] = [];
    const server = new SMTPServer({
      authOptional: false,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) =>
        done(auth.password === 'p@ss' ? null : new Error('no'), { user: auth.username }),
      onData: (stream, session, done) => {
        void text(stream).then((source) => {
          const { mailFrom, rcptTo } = session.envelope;
          received.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map((one) => one.address),
            user: String(session.user),
            source,
          });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as { port: number };
    const mailer = new SmtpMailer(`smtp://base:p%40ss@127.0.0.1:${port}`, 'BASE Agency <no-reply@base.example>');
    const stranger = new SmtpMailer(`smtp://base:wrong@127.0.0.1:${port}`, 'x@base.example');
    try {
      await mailer.send(mail);
      expect(received).toEqual([
        expect.objectContaining({ from: 'no-reply@base.example', to: ['ana@example.com'], user: 'base' }),
      ]);
      expect(received[0]?.source).toContain('Message-ID: <01890000-0000-7000-8000-000000000001@base-agency>');
      expect(received[0]?.source).toContain('From: BASE Agency <no-reply@base.example>');
      expect(received[0]?.source).toMatch(/Subject: =\?UTF-8\?/);
      await expect(stranger.send(mail)).rejects.toThrow();
    } finally {
      mailer.close();
      stranger.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });

  it('keep mails in a folder that is private, the newest two hundred', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'base-mailbox-'));
    try {
      const mailbox = new Mailbox(join(directory, 'mailbox'));
      expect(await mailbox.list()).toEqual([]);
      const id = (i: number) => `01890000-0000-7000-8000-${i.toString().padStart(12, '0')}`;
      for (let i = 0; i < 205; i++) await mailbox.send({ ...mail, id: id(i), subject: `number ${i}` });
      expect(await readdir(join(directory, 'mailbox'))).toHaveLength(200);
      const list = await mailbox.list();
      expect([list[0]?.subject, list.at(-1)?.subject]).toEqual(['number 204', 'number 5']);
      expect(await mailbox.find('../../etc/passwd')).toBeUndefined();
      expect(await mailbox.find(id(0))).toBeUndefined();
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('the page of the mailbox', () => {
  const start = async (env: Record<string, string>) => {
    const config = loadConfig({
      NODE_ENV: 'test',
      DATABASE_URL: database.apiUrl,
      APP_SECRET: 'a root secret for tests, long enough to be one',
      ...env,
    });
    const imports = [AppConfigModule.forRoot(config), DatabaseModule.forRoot('test'), MailHttpModule];
    const app = await NestFactory.create<NestFastifyApplication>({ module: Root, imports }, new FastifyAdapter(), {
      logger: false,
    });
    app.useGlobalFilters(new ProblemFilter());
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return app;
  };
  const asOperator = { authorization: `Basic ${Buffer.from('operator:a long password').toString('base64')}` };

  it('shows mails to whoever has the operator’s password, and to nobody else', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'base-mailbox-'));
    const app = await start({ DATA_DIR: directory, BULL_BOARD_PASSWORD: 'a long password' });
    try {
      await new Mailbox(join(directory, 'mailbox')).send({
        id: '01890000-0000-7000-8000-000000000001',
        to: '<img src=x>@example.com',
        subject: '<script>alert(1)</script>',
        text: 'Open:\nhttps://example.com/#token=secret&x=1\n',
        html: '',
      });
      const get = (url: string, headers = {}) => app.inject({ method: 'GET', url, headers });
      const asked = await get('/admin/mailbox');
      expect([asked.statusCode, asked.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic/)]);
      expect(asked.body).not.toContain('alert');
      const wrong = { authorization: `Basic ${Buffer.from('operator:wrong').toString('base64')}` };
      expect((await get('/admin/mailbox/01890000-0000-7000-8000-000000000001', wrong)).statusCode).toBe(401);

      const list = await get('/admin/mailbox', asOperator);
      expect([list.statusCode, list.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(list.body).not.toMatch(/<script|<img/);
      const one = await get('/admin/mailbox/01890000-0000-7000-8000-000000000001', asOperator);
      expect(one.body).toContain('<a href="https://example.com/#token=secret&#38;x=1">');
      expect((await get('/admin/mailbox/nothing', asOperator)).statusCode).toBe(404);
    } finally {
      await app.close();
      await rm(directory, { recursive: true });
    }
  });

  it('does not exist where mails go out by SMTP, or where there is no password', async () => {
    const settings: Record<string, string>[] = [
      { BULL_BOARD_PASSWORD: 'a long password', SMTP_URL: 'smtp://localhost' },
      {},
    ];
    for (const env of settings) {
      const app = await start(env);
      try {
        expect((await app.inject({ method: 'GET', url: '/admin/mailbox', headers: asOperator })).statusCode).toBe(404);
      } finally {
        await app.close();
      }
    }
  });
});
