import { Injectable } from '@nestjs/common';
import type { AuthClient, AuthError, Factor, Session, User } from '@supabase/supabase-js';
import { AppConfig, ConfigurationError } from '#core/config';
import { SecondFactorInvalid, SecondFactorRequired } from './auth.errors.js';
import { ISSUER_UNAVAILABLE, refusalOf } from './supabase-auth.errors.js';

export type { Session as SupabaseSession, User as SupabaseUser } from '@supabase/supabase-js';

/** The vendor's client, holding one person's session or none. */
type Client = InstanceType<typeof AuthClient>;

/** A status that the vendor's client does not repeat by itself: it would ask for half a minute, and a refresh twice. */
const NOT_REPEATED = 599;

/**
 * Speaks to Supabase Auth (GoTrue) as a server does: nothing is stored, nothing is refreshed by itself, one client per
 * person and request. What does not answer in time, or not in its protocol, is `service.unavailable`.
 */
@Injectable()
export class SupabaseAuthClient {
  constructor(private readonly config: AppConfig) {}

  /** Acts as nobody. */
  anonymous(): Promise<Client> {
    return this.create(this.anonKey);
  }

  /** Acts as the bearer of an access token that was verified already. @throws SessionEnded and what else refuses it */
  async actingAs(accessToken: string): Promise<Client> {
    const client = await this.anonymous();
    // There is no refresh token to give: the API never sees it but when it is exchanged.
    unwrap(await client.setSession({ access_token: accessToken, refresh_token: 'none' }));
    return client;
  }

  /** The account behind an access token, as Supabase Auth knows it now. @throws SessionEnded when the session is over */
  async userOf(accessToken: string): Promise<User> {
    const client = await this.anonymous();
    return unwrap(await client.getUser(accessToken)).user;
  }

  /** @param scope local: this session, others: all but this one, global: all */
  async signOut(accessToken: string, scope: 'local' | 'others' | 'global'): Promise<void> {
    const client = await this.anonymous();
    const { error } = await client.admin.signOut(accessToken, scope);
    if (error) throw refusalOf(error);
  }

  /** Whether accounts can be deleted: that needs the secret key. */
  get canDelete(): boolean {
    return this.config.auth.supabase.secretKey !== undefined;
  }

  async deleteUser(userId: string): Promise<void> {
    const client = await this.create(this.config.auth.supabase.secretKey ?? '');
    const { error } = await client.admin.deleteUser(userId);
    if (error && error.code !== 'user_not_found') throw refusalOf(error);
  }

  private get anonKey(): string {
    const { anonKey } = this.config.auth.supabase;
    if (!anonKey) throw new ConfigurationError(['SUPABASE_ANON_KEY is needed when AUTH_ISSUER is supabase']);
    return anonKey;
  }

  /** Loaded by whoever uses it only: installations with accounts of their own never do. */
  private async create(key: string): Promise<Client> {
    const { AuthClient: VendorClient } = await import('@supabase/supabase-js');
    const { url, timeoutMs } = this.config.auth.supabase;
    return new VendorClient({
      url: `${url}/auth/v1`,
      // Written as the vendor's client writes it: a person's token replaces the key.
      headers: { apikey: key, Authorization: `Bearer ${key}` },
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
      skipAutoInitialize: true,
      fetch: (input, init) => askOnce(input, init, timeoutMs),
    });
  }
}

/** The data of an answer. @throws what the refusal is called here */
export function unwrap<Result extends { data: unknown; error: AuthError | null }>(
  result: Result,
): Extract<Result, { error: null }>['data'] {
  if (result.error) throw refusalOf(result.error);
  return result.data;
}

/** The authenticator app that signing in needs, if there is one. */
export function verifiedTotp(user: User): Factor | undefined {
  return user.factors?.find((factor) => factor.factor_type === 'totp' && factor.status === 'verified');
}

/**
 * Raises the session that the client has just begun to one with a second factor, for people who have one. Without the
 * right code the session is ended: half a sign-in is none.
 * @returns the session to use from now on
 * @throws SecondFactorRequired, SecondFactorInvalid
 */
export async function withSecondFactor(client: Client, session: Session, code: string | undefined): Promise<Session> {
  const factor = verifiedTotp(session.user);
  if (!factor) return session;
  try {
    if (code === undefined) throw SecondFactorRequired('Send the same request again, with `code`.');
    return await proveFactor(client, factor.id, code);
  } catch (error) {
    await client.admin.signOut(session.access_token, 'local');
    throw error;
  }
}

/** @throws SecondFactorInvalid */
export async function proveFactor(client: Client, factorId: string, code: string): Promise<Session> {
  // Only apps have codes here; a recovery code is ours and unknown there.
  if (!/^\d{6}$/.test(code.replace(/\s/g, '')))
    throw SecondFactorInvalid('Send the six digits that your app shows now.');
  const proved = await client.mfa.challengeAndVerify({ factorId, code: code.replace(/\s/g, '') });
  if (proved.error) throw refusalOf(proved.error);
  return proved.data;
}

/** One request, one answer: a fault becomes an answer that the vendor's client neither repeats nor misreads. */
async function askOnce(
  input: string | URL | Request,
  init: RequestInit | undefined,
  timeoutMs: number,
): Promise<Response> {
  try {
    const response = await fetch(input, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (response.status >= 500) return unavailable(`it answered ${response.status}`);
    const body = await response.text();
    if (body !== '' && !isJson(body)) return unavailable('it did not answer in JSON');
    return new Response(body === '' ? null : body, { status: response.status, headers: response.headers });
  } catch (error) {
    return unavailable(error instanceof Error ? error.message : String(error));
  }
}

function unavailable(reason: string): Response {
  return Response.json({ error_code: ISSUER_UNAVAILABLE, msg: reason }, { status: NOT_REPEATED });
}

function isJson(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}
