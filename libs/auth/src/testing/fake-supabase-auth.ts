import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { FakeAccounts, Refusal } from './fake-supabase-accounts.js';

export const FAKE_ANON_KEY = 'sb_publishable_for_tests';
export const FAKE_SECRET_KEY = 'sb_secret_for_tests';

/** What can go wrong with the next requests: an error, a proxy's page, silence, a limit. */
export type Fault = 'error' | 'page' | 'hang' | 'rate_limit';

interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  sessionId: string;
  apiKey: string | undefined;
}

/**
 * Supabase Auth (GoTrue) on loopback, speaking its wire format of 2024-01-01: accounts, sessions with rotating refresh
 * tokens, links in mails, authenticator apps, ES256 tokens under a published key.
 */
export class FakeSupabaseAuth {
  /** Requests so far, as "POST /token". */
  readonly requests: string[] = [];
  private readonly faults: { fault: Fault; path: string }[] = [];

  private constructor(
    readonly url: string,
    readonly accounts: FakeAccounts,
    private readonly server: Server,
  ) {}

  static async start(): Promise<FakeSupabaseAuth> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const fake = new FakeSupabaseAuth(url, await FakeAccounts.create(`${url}/auth/v1`), server);
    server.on('request', (request, response) => void fake.answer(request, response));
    return fake;
  }

  /** The environment of an installation on this project. */
  get environment(): Record<string, string> {
    return {
      AUTH_ISSUER: 'supabase',
      SUPABASE_URL: this.url,
      SUPABASE_ANON_KEY: FAKE_ANON_KEY,
      SUPABASE_SECRET_KEY: FAKE_SECRET_KEY,
      SUPABASE_TIMEOUT_SECONDS: '5',
    };
  }

  /** Lets the next request to a path (e.g. `/token`) go wrong. */
  failNext(path: string, fault: Fault): void {
    this.faults.push({ path, fault });
  }

  /** The newest link of a mail, as its template writes it. */
  linkTo(email: string, type: 'signup' | 'recovery' | 'email_change'): string {
    return this.accounts.mails.findLast((mail) => mail.to === email && mail.type === type)?.tokenHash ?? '';
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const path = pathname.replace(/^\/auth\/v1/, '');
    this.requests.push(`${request.method} ${path}`);
    const send = (status: number, body?: object): ServerResponse => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-supabase-api-version': '2024-01-01' });
      return response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    try {
      if (path === '/.well-known/jwks.json') return send(200, { keys: [this.accounts.publicKey] });
      const body = await readJson(request);
      const fault = this.takeFault(path);
      if (fault === 'hang') return undefined;
      if (fault === 'error') return send(500, { code: 'unexpected_failure', message: 'Internal Server Error' });
      if (fault === 'rate_limit') throw new Refusal(429, 'over_request_rate_limit', 'Request rate limit reached');
      if (fault === 'page') {
        return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>We will be back soon</html>');
      }
      const apiKey = request.headers['apikey'] as string | undefined;
      if (apiKey !== FAKE_ANON_KEY && apiKey !== FAKE_SECRET_KEY) return send(401, { message: 'Invalid API key' });
      const sessionId = await this.sessionOf(request);
      const method = request.method ?? '';
      const answer = await this.route({ method, path, query: searchParams, body, sessionId, apiKey });
      return send(answer === undefined ? 204 : 200, answer);
    } catch (error) {
      if (error instanceof Refusal) return send(error.status, { code: error.code, message: error.message });
      return send(500, { code: 'unexpected_failure', message: String(error) });
    }
  }

  private takeFault(path: string): Fault | undefined {
    const index = this.faults.findIndex((one) => one.path === path);
    return index === -1 ? undefined : this.faults.splice(index, 1)[0]?.fault;
  }

  /** The session that the bearer's token names; the keys of the project name none. */
  private async sessionOf(request: IncomingMessage): Promise<string> {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    if (token === FAKE_ANON_KEY || token === FAKE_SECRET_KEY || token === '') return '';
    try {
      const keys = createLocalJWKSet({ keys: [this.accounts.publicKey] });
      const { payload } = await jwtVerify(token, keys, { issuer: this.accounts.issuer });
      return String(payload['session_id']);
    } catch (error) {
      const reason = error instanceof errors.JWTExpired ? 'token is expired' : 'token signature is invalid';
      throw new Refusal(403, 'bad_jwt', `invalid JWT: unable to parse or verify signature, ${reason}`);
    }
  }

  private route(call: Call): Promise<object> | object | undefined {
    const { accounts } = this;
    const { body, sessionId } = call;
    const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
    const [, first = '', id = '', action] = call.path.split('/').map(decodeURIComponent);
    switch (`${call.method} ${first}${action ? `/${action}` : ''}`) {
      case 'POST signup':
        return accounts.signUp(text('email'), text('password'), body['data'] ?? {});
      case 'POST token':
        return call.query.get('grant_type') === 'password'
          ? accounts.signInWithPassword(text('email'), text('password'))
          : accounts.refresh(text('refresh_token'));
      case 'POST logout':
        accounts.signOut(sessionId, call.query.get('scope') ?? 'global');
        return undefined;
      case 'GET user':
        return accounts.userView(accounts.who(sessionId).account);
      case 'PUT user':
        return accounts.update(sessionId, body);
      case 'POST recover':
        accounts.recover(text('email'));
        return {};
      case 'POST resend':
        accounts.resend(text('email'));
        return {};
      case 'POST verify':
        return accounts.verify(text('type'), text('token_hash'));
      case 'POST factors':
        return accounts.enroll(sessionId, text('friendly_name'), text('issuer'));
      case 'POST factors/challenge':
        return { id: 'challenge', type: 'totp', expires_at: Math.floor(Date.now() / 1000) + 300 };
      case 'POST factors/verify':
        return accounts.proveFactor(sessionId, id, text('code'));
      case 'DELETE factors':
        return accounts.unenroll(sessionId, id);
      case `GET admin/${action}`:
      case `DELETE admin/${action}`:
        if (call.apiKey !== FAKE_SECRET_KEY) throw new Refusal(403, 'not_admin');
        return call.method === 'GET' ? accounts.view(action ?? '') : accounts.deleteAccount(action ?? '');
      default:
        throw new Refusal(404, 'not_found', `${call.method} ${call.path}`);
    }
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
