import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  acceptInvitation,
  type ApiError,
  changeMember,
  type Client,
  confirmRegistration,
  createApiKey,
  createBaseClient,
  createInvitation,
  createOrganization,
  getMe,
  listMembers,
  previewInvitation,
  register,
  revokeApiKey,
  rotateApiKey,
} from '#sdk';
import { PASSWORD, runJob } from '../support/agency.js';
import { eventually } from '../support/eventually.js';
import { MailServer } from '../support/mail-server.js';
import { Stack } from '../support/stack.js';

/** How an agency begins, as its people live it: real mails, the SDK, and nothing behind the API's back. */
describe('from the first mail to the end of a key', () => {
  let mails: MailServer;
  let stack: Stack;
  const emails = { ana: `ana-${randomUUID()}@example.com`, bia: `bia-${randomUUID()}@example.com` };
  const people = {} as Record<'ana' | 'bia', { token: string; userId: string }>;
  let organizationId: string;
  let key: { id: string; key: string };

  beforeAll(async () => {
    mails = await MailServer.start();
    stack = await Stack.start({ backend: 'postgres', environment: { SMTP_URL: mails.url } });
  });
  afterAll(async () => {
    await stack.stop();
    await mails.stop();
  });

  /** Signed in, and in no organization. */
  const alone = (who: 'ana' | 'bia'): Client => createBaseClient({ baseUrl: stack.url, token: people[who].token });
  const as = (who: 'ana' | 'bia'): Client =>
    createBaseClient({ baseUrl: stack.url, token: people[who].token, organizationId });
  const withKey = (secret: string): Client => createBaseClient({ baseUrl: stack.url, token: secret });
  const codeOf = (error: unknown): string | undefined => (error as ApiError | undefined)?.problem.code;

  it.each(['ana', 'bia'] as const)(
    '%s registers, and the account is there once the mail’s link was followed',
    async (who) => {
      const client = createBaseClient({ baseUrl: stack.url });
      const email = emails[who];
      const { data: pending } = await register({
        client,
        body: { email, password: PASSWORD, name: who },
        throwOnError: true,
      });
      expect(pending).toEqual({ status: 'confirmation_sent', email });
      const { data: signedIn } = await confirmRegistration({
        client,
        body: { token: await mails.takeToken(email) },
        throwOnError: true,
      });
      people[who] = { token: signedIn.accessToken, userId: signedIn.user.id };
      const { data: me } = await getMe({
        client: createBaseClient({ baseUrl: stack.url, token: signedIn.accessToken }),
        throwOnError: true,
      });
      expect(me.user).toMatchObject({ email, emailVerified: true });
    },
  );

  it('Ana makes an organization and invites Bia, who becomes a viewer by the mail’s link', async () => {
    const { data: organization } = await createOrganization({
      client: alone('ana'),
      body: { name: 'Estúdio Farol' },
      throwOnError: true,
    });
    organizationId = organization.id;
    const path = { organizationId };
    await createInvitation({
      client: as('ana'),
      path,
      body: { email: emails.bia, role: 'viewer' },
      throwOnError: true,
    });
    const token = await mails.takeToken(emails.bia);
    const { data: preview } = await previewInvitation({ client: alone('bia'), body: { token }, throwOnError: true });
    expect(preview).toMatchObject({ organizationName: 'Estúdio Farol', role: 'viewer' });
    await acceptInvitation({ client: alone('bia'), body: { token }, throwOnError: true });
    const again = await acceptInvitation({ client: alone('bia'), body: { token } });
    expect(codeOf(again.error)).toBeDefined();
    const { data: members } = await listMembers({ client: as('bia'), path, throwOnError: true });
    expect(members.data.map(({ email, role }) => [email, role])).toEqual(
      expect.arrayContaining([
        [emails.ana, 'owner'],
        [emails.bia, 'viewer'],
      ]),
    );
  });

  it('a viewer makes no keys; as an admin she does', async () => {
    const path = { organizationId };
    const body = {
      name: 'Site',
      mode: 'live' as const,
      scopes: ['jobs:create' as const, 'jobs:read' as const, 'events:read' as const],
    };
    const refused = await createApiKey({ client: as('bia'), path, body });
    expect(codeOf(refused.error)).toBe('auth.permission_denied');
    await changeMember({
      client: as('ana'),
      path: { organizationId, userId: people.bia.userId },
      body: { role: 'admin' },
      throwOnError: true,
    });
    const { data } = await createApiKey({ client: as('bia'), path, body, throwOnError: true });
    key = data;
  });

  it('the key makes an image; rotated, the old and the new one work side by side; revoked, the new one ends', async () => {
    const body = { model: 'sandbox/image', input: { prompt: 'Um farol ao entardecer' } };
    expect((await runJob(withKey(key.key), body)).job).toMatchObject({ status: 'succeeded' });
    const { data: next } = await rotateApiKey({
      client: as('ana'),
      path: { organizationId, apiKeyId: key.id },
      body: { overlapSeconds: 600 },
      throwOnError: true,
    });
    for (const secret of [key.key, next.key]) {
      expect((await runJob(withKey(secret), body)).job).toMatchObject({ status: 'succeeded' });
    }
    await revokeApiKey({ client: as('bia'), path: { organizationId, apiKeyId: next.id }, throwOnError: true });
    const code = await eventually(async () => {
      const { error } = await getMe({ client: withKey(next.key) });
      return codeOf(error);
    }, 'the revoked key is refused');
    expect(code).toBe('auth.api_key_revoked');
  });
});
