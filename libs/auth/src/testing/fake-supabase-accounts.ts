import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { makeTotpSecret, matchTotp } from '../totp.js';

/** A refusal as Supabase Auth words it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message = code,
  ) {
    super(message);
  }
}

interface Factor {
  id: string;
  factor_type: 'totp';
  status: 'unverified' | 'verified';
  friendly_name: string;
  secret: string;
  created_at: string;
  updated_at: string;
}

interface Account {
  id: string;
  email: string;
  password: string;
  confirmedAt: string | null;
  metadata: object;
  factors: Factor[];
}

interface Session {
  id: string;
  accountId: string;
  aal: 'aal1' | 'aal2';
  /** The living refresh token and those it replaced. */
  refreshToken: string;
  spent: Set<string>;
}

export interface FakeMail {
  to: string;
  type: 'signup' | 'recovery' | 'email_change';
  tokenHash: string;
}

interface Link extends FakeMail {
  accountId: string;
}

/** What Supabase Auth keeps: accounts, sessions, links, and the key that signs its tokens. */
export class FakeAccounts {
  readonly mails: FakeMail[] = [];
  /** The project's setting "Confirm email". */
  confirmEmail = true;
  private readonly accounts = new Map<string, Account>();
  private readonly sessions = new Map<string, Session>();
  private links: Link[] = [];

  private constructor(
    readonly issuer: string,
    readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'],
    readonly publicKey: JWK,
  ) {}

  static async create(issuer: string): Promise<FakeAccounts> {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const publicKey = { ...(await exportJWK(pair.publicKey)), kid: 'key-0', alg: 'ES256', use: 'sig' };
    return new FakeAccounts(issuer, pair.privateKey, publicKey);
  }

  async signUp(email: string, password: string, metadata: object): Promise<object> {
    const known = this.byEmail(email);
    if (known && !this.confirmEmail) throw new Refusal(422, 'user_already_exists', 'User already registered');
    if (known?.confirmedAt) {
      // A made-up account: the answer looks like that of a new one.
      return { ...this.userView({ ...known, id: randomUUID(), confirmedAt: null, metadata }), identities: [] };
    }
    const made: Account = known ?? {
      id: randomUUID(),
      email: email.toLowerCase(),
      password,
      confirmedAt: this.confirmEmail ? null : new Date().toISOString(),
      metadata,
      factors: [],
    };
    this.accounts.set(made.id, made);
    if (!this.confirmEmail) return this.open(made);
    this.mail(made, 'signup', made.email);
    return this.userView(made);
  }

  signInWithPassword(email: string, password: string): Promise<object> {
    const account = this.byEmail(email);
    if (account?.password !== password) throw new Refusal(400, 'invalid_credentials', 'Invalid login credentials');
    if (!account.confirmedAt) throw new Refusal(400, 'email_not_confirmed', 'Email not confirmed');
    return this.open(account);
  }

  async refresh(token: string): Promise<object> {
    const session = [...this.sessions.values()].find((one) => one.refreshToken === token || one.spent.has(token));
    if (!session) throw new Refusal(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
    if (session.spent.has(token)) {
      this.sessions.delete(session.id);
      throw new Refusal(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
    }
    return this.tokens(session);
  }

  recover(email: string): void {
    const account = this.byEmail(email);
    if (account) this.mail(account, 'recovery', account.email);
  }

  resend(email: string): void {
    const account = this.byEmail(email);
    if (account && !account.confirmedAt) this.mail(account, 'signup', account.email);
  }

  async verify(type: string, tokenHash: string): Promise<object> {
    const wanted = type === 'email' ? ['signup', 'email'] : [type];
    const link = this.links.find((one) => one.tokenHash === tokenHash && wanted.includes(one.type));
    const account = link && this.accounts.get(link.accountId);
    if (!link || !account) throw new Refusal(403, 'otp_expired', 'Email link is invalid or has expired');
    this.links = this.links.filter((one) => one !== link);
    if (link.type === 'email_change') account.email = link.to;
    account.confirmedAt ??= new Date().toISOString();
    return this.open(account);
  }

  /** Who holds the session. */
  who(sessionId: string): { account: Account; session: Session } {
    const session = this.sessions.get(sessionId);
    const account = session && this.accounts.get(session.accountId);
    if (!session || !account) {
      throw new Refusal(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
    }
    return { account, session };
  }

  update(sessionId: string, change: { email?: string; password?: string }): object {
    const { account, session } = this.who(sessionId);
    if (account.factors.some((factor) => factor.status === 'verified') && session.aal !== 'aal2') {
      throw new Refusal(401, 'insufficient_aal', 'AAL2 session is required to update email or password');
    }
    if (change.password !== undefined) {
      if (change.password === account.password) throw new Refusal(422, 'same_password');
      account.password = change.password;
    }
    if (change.email !== undefined) {
      if (this.byEmail(change.email)) throw new Refusal(422, 'email_exists');
      this.mail(account, 'email_change', change.email);
    }
    return this.userView(account);
  }

  signOut(sessionId: string, scope: string): void {
    const { account } = this.who(sessionId);
    for (const session of [...this.sessions.values()].filter((one) => one.accountId === account.id)) {
      const self = session.id === sessionId;
      if (scope === 'global' || (scope === 'local' && self) || (scope === 'others' && !self)) {
        this.sessions.delete(session.id);
      }
    }
  }

  enroll(sessionId: string, friendlyName: string, issuer: string): object {
    const { account } = this.who(sessionId);
    if (account.factors.some((factor) => factor.friendly_name === friendlyName)) {
      throw new Refusal(422, 'mfa_factor_name_conflict');
    }
    const now = new Date().toISOString();
    const secret = makeTotpSecret();
    const id = randomUUID();
    account.factors.push({
      id,
      factor_type: 'totp',
      status: 'unverified',
      friendly_name: friendlyName,
      secret,
      created_at: now,
      updated_at: now,
    });
    const uri = `otpauth://totp/${encodeURIComponent(issuer)}:${account.email}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
    return { id, type: 'totp', friendly_name: friendlyName, totp: { qr_code: '<svg/>', secret, uri } };
  }

  async proveFactor(sessionId: string, factorId: string, code: string): Promise<object> {
    const { account, session } = this.who(sessionId);
    const factor = account.factors.find((one) => one.id === factorId);
    if (!factor) throw new Refusal(404, 'mfa_factor_not_found');
    if (matchTotp(factor.secret, code) === null) {
      throw new Refusal(422, 'mfa_verification_failed', 'Invalid TOTP code entered');
    }
    factor.status = 'verified';
    session.aal = 'aal2';
    for (const other of [...this.sessions.values()]) {
      if (other.accountId === account.id && other.aal === 'aal1') this.sessions.delete(other.id);
    }
    return this.tokens(session);
  }

  unenroll(sessionId: string, factorId: string): object {
    const { account, session } = this.who(sessionId);
    const factor = account.factors.find((one) => one.id === factorId);
    if (!factor) throw new Refusal(404, 'mfa_factor_not_found');
    if (factor.status === 'verified' && session.aal !== 'aal2') throw new Refusal(422, 'insufficient_aal');
    account.factors = account.factors.filter((one) => one !== factor);
    return { id: factorId };
  }

  view(id: string): object {
    const account = this.accounts.get(id);
    if (!account) throw new Refusal(404, 'user_not_found', 'User not found');
    return this.userView(account);
  }

  deleteAccount(id: string): object {
    this.accounts.delete(id);
    for (const session of [...this.sessions.values()]) if (session.accountId === id) this.sessions.delete(session.id);
    return {};
  }

  has(id: string): boolean {
    return this.accounts.has(id);
  }

  userView(account: Account): object {
    const now = new Date().toISOString();
    return {
      id: account.id,
      aud: 'authenticated',
      role: 'authenticated',
      email: account.email,
      ...(account.confirmedAt ? { email_confirmed_at: account.confirmedAt } : { confirmation_sent_at: now }),
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: { ...account.metadata, email: account.email },
      identities: [{ id: account.id, user_id: account.id, provider: 'email' }],
      factors: account.factors.map(({ secret: _secret, ...factor }) => factor),
      created_at: now,
      updated_at: now,
      is_anonymous: false,
    };
  }

  private byEmail(email: string): Account | undefined {
    return [...this.accounts.values()].find((account) => account.email === email.toLowerCase());
  }

  private mail(account: Account, type: FakeMail['type'], to: string): void {
    const mail = { to, type, tokenHash: `pkce_${randomBytes(28).toString('hex')}` };
    this.links = this.links.filter((link) => link.accountId !== account.id || link.type !== type);
    this.links.push({ ...mail, accountId: account.id });
    this.mails.push(mail);
  }

  private open(account: Account): Promise<object> {
    const session: Session = {
      id: randomUUID(),
      accountId: account.id,
      aal: 'aal1',
      refreshToken: '',
      spent: new Set(),
    };
    this.sessions.set(session.id, session);
    return this.tokens(session);
  }

  /** New tokens of a session; its refresh token of before is spent. */
  private async tokens(session: Session): Promise<object> {
    const account = this.accounts.get(session.accountId);
    if (!account) throw new Refusal(403, 'user_not_found');
    if (session.refreshToken !== '') session.spent.add(session.refreshToken);
    session.refreshToken = randomBytes(9).toString('base64url');
    const issuedAt = Math.floor(Date.now() / 1000);
    const accessToken = await this.sign({
      email: account.email,
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: account.metadata,
      role: 'authenticated',
      aal: session.aal,
      amr: [{ method: session.aal === 'aal2' ? 'totp' : 'password', timestamp: issuedAt }],
      session_id: session.id,
      is_anonymous: false,
      sub: account.id,
      // Two tokens of one second differ.
      jti: randomUUID(),
    });
    return {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: 3600,
      expires_at: issuedAt + 3600,
      refresh_token: session.refreshToken,
      user: this.userView(account),
    };
  }

  /** A token of this project with any claims, good for an hour unless they say otherwise. */
  sign(claims: Record<string, unknown>, header: object = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: this.issuer, aud: 'authenticated', iat: now, exp: now + 3600, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'key-0', typ: 'JWT', ...header })
      .sign(this.privateKey);
  }
}
