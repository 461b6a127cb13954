import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '#core/testing';
import { SigningKeysService } from '../signing-keys.service.js';
import { SignJWT } from 'jose';
import { FakeSupabaseAuth } from './fake-supabase-auth.js';
import { startTestApi, type TestApi } from './test-api.js';

export const ISSUERS = ['local', 'supabase'] as const;
type MailKind = 'registration' | 'reset' | 'email_change';

/** The application on one of its issuers, and what a test needs to know about it. */
export interface IssuerGround {
  api: TestApi;
  /** Only with Supabase Auth. */
  supabase: FakeSupabaseAuth | undefined;
  /** The token in the newest mail to somebody, once it is there. */
  linkTo(email: string, kind: MailKind): Promise<string>;
  /** A token signed with the issuer's own key: claims and header as a test wants them. */
  sign(claims: Record<string, unknown>, header?: object): Promise<string>;
  issuer: string;
  close(): Promise<void>;
}

const TEMPLATES = {
  registration: 'auth.confirm-registration',
  reset: 'auth.reset-password',
  email_change: 'auth.confirm-new-email',
};
const TYPES = { registration: 'signup', reset: 'recovery', email_change: 'email_change' } as const;

/** Starts the application where mails prove addresses before accounts exist, on either issuer. */
export async function startOnIssuer(
  kind: (typeof ISSUERS)[number],
  database: TestDatabase,
  env: Record<string, string> = {},
): Promise<IssuerGround> {
  const supabase = kind === 'supabase' ? await FakeSupabaseAuth.start() : undefined;
  const api = await startTestApi(database, {
    env: { EMAIL_CONFIRMATION: 'required', STUDIO_URL: 'https://studio.example', ...supabase?.environment, ...env },
  });
  const findLink = async (email: string, mail: MailKind): Promise<string> => {
    if (supabase) return supabase.linkTo(email, TYPES[mail]);
    const rows = await api.sql<{ url: string }>(
      `select data ->> 'url' as url from outbound_mails where recipient = $1 and template = $2 order by id desc limit 1`,
      [email, TEMPLATES[mail]],
    );
    return rows[0]?.url.split('#token=')[1] ?? '';
  };
  return {
    api,
    supabase,
    issuer: supabase?.accounts.issuer ?? 'http://localhost:3001/api/auth',
    linkTo: async (email, mail) => {
      for (let i = 0; i < 250; i++) {
        const link = await findLink(email, mail);
        if (link !== '') return link;
        await sleep(40);
      }
      throw new Error(`No ${mail} mail came to ${email}`);
    },
    sign: async (claims, header) => {
      if (supabase) return supabase.accounts.sign(claims, header);
      const { kid, privateKey } = await api.app.get(SigningKeysService, { strict: false }).current();
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: 'http://localhost:3001/api/auth',
        aud: 'authenticated',
        iat: now,
        exp: now + 600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT', ...header })
        .sign(privateKey);
    },
    close: async () => {
      await api.close();
      await supabase?.stop();
    },
  };
}
