import { type AuthenticationDto, ApiError, createBaseClient, refresh } from '#sdk';
import { deviceMemory } from '../state/device-memory.js';
import { API_URL } from './api-url.js';

const STORAGE_KEY = 'base.session';
const REFRESH_LOCK = 'base.session.refresh';
/** A token this close to its end is exchanged before it is used. */
const MARGIN_MS = 30_000;

export type SessionState = 'signed-out' | 'signed-in' | 'ended';

const anonymous = createBaseClient({ baseUrl: API_URL });

/**
 * The person's session in this tab. The access token lives in memory only; the refresh token is kept by the browser, so
 * that a reload and other tabs stay signed in. It is good once: tabs take turns to exchange it (Web Locks), each
 * reading the newest one first.
 */
class Session {
  private accessToken: string | undefined;
  private expiresAt = 0;
  private exchange: Promise<string> | undefined;
  private readonly listeners = new Set<() => void>();
  state: SessionState = readRefreshToken() ? 'signed-in' : 'signed-out';

  constructor() {
    // Another tab signed in or out.
    addEventListener('storage', ({ key }) => {
      if (key !== STORAGE_KEY && key !== null) return;
      if (!readRefreshToken()) this.end('signed-out');
      else if (this.state !== 'signed-in') this.become('signed-in');
    });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  getState = (): SessionState => this.state;

  begin(answer: AuthenticationDto): void {
    this.keep(answer);
    this.become('signed-in');
  }

  /** `ended`: not the person's wish; the sign-in page says so. */
  end(state: 'signed-out' | 'ended'): void {
    this.forget();
    writeRefreshToken(undefined);
    this.become(state);
  }

  /** The access token was refused: the next call exchanges it. */
  forget(): void {
    this.accessToken = undefined;
    this.expiresAt = 0;
  }

  /** @throws ApiError when the session has ended, TypeError without a connection */
  token = (): Promise<string> => {
    if (this.accessToken && Date.now() < this.expiresAt - MARGIN_MS) return Promise.resolve(this.accessToken);
    this.exchange ??= this.inTurn(() => this.exchangeToken()).finally(() => (this.exchange = undefined));
    return this.exchange;
  };

  /** Web Locks need a secure context; elsewhere the server's grace for repeated exchanges has to do. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return 'locks' in navigator ? navigator.locks.request(REFRESH_LOCK, work) : work();
  }

  private async exchangeToken(): Promise<string> {
    const refreshToken = readRefreshToken();
    if (!refreshToken) {
      this.end('signed-out');
      return '';
    }
    try {
      const { data } = await refresh({ client: anonymous, body: { refreshToken }, throwOnError: true });
      this.keep(data);
      return data.accessToken;
    } catch (error) {
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) this.end('ended');
      throw error;
    }
  }

  private keep(answer: AuthenticationDto): void {
    this.accessToken = answer.accessToken;
    this.expiresAt = Date.now() + answer.expiresIn * 1000;
    writeRefreshToken(answer.refreshToken);
  }

  private become(state: SessionState): void {
    if (this.state === state) return;
    this.state = state;
    this.listeners.forEach((listener) => listener());
  }
}

const readRefreshToken = () => deviceMemory.read(STORAGE_KEY);
const writeRefreshToken = (token: string | undefined) => deviceMemory.write(STORAGE_KEY, token);

export const session = new Session();
