import type { Person } from '#core/http';
import type { AuthenticationDto, LoginDto, RegisterDto, RegistrationPendingDto, SessionDto } from './auth.dto.js';
import type { Caller } from './caller.js';
import type { RecoveryCodesDto, TotpConfirmedDto, TotpEnrolmentDto, TotpStatusDto } from './totp.dto.js';

/**
 * Who keeps the accounts: this installation (local) or Supabase Auth. The routes are the same, and so are their answers
 * and error codes; `auth.not_offered_by_issuer` says what one of them cannot do. `accessToken` is the one of the request:
 * Supabase Auth acts on behalf of its bearer.
 */
export interface IdentityIssuer {
  signIn: SignIn;
  passwords: Passwords;
  addresses: Addresses;
  secondFactor: SecondFactor;
  reauthentication: Reauthentication;
  removal: AccountRemoval;
}

export const IDENTITY_ISSUER = Symbol('IdentityIssuer');

/** Becoming and staying signed in. */
export interface SignIn {
  register(request: RegisterDto, caller: Caller): Promise<AuthenticationDto | RegistrationPendingDto>;
  confirmRegistration(token: string, caller: Caller): Promise<AuthenticationDto>;
  login(request: LoginDto, caller: Caller): Promise<AuthenticationDto>;
  refresh(refreshToken: string, caller: Caller): Promise<AuthenticationDto>;
  logout(person: Person, accessToken: string): Promise<void>;
  logoutAll(person: Person, accessToken: string): Promise<void>;
  listSessions(person: Person): Promise<SessionDto[]>;
  endSession(person: Person, sessionId: string): Promise<void>;
}

export interface Passwords {
  /** The answer tells nobody whether the address has an account. */
  forgot(email: string, ip: string): Promise<void>;
  reset(request: { token: string; password: string; code?: string }): Promise<void>;
  change(
    person: Person,
    passwords: { current: string; next: string; code?: string },
    ip: string,
    accessToken: string,
  ): Promise<void>;
}

export interface Addresses {
  confirm(token: string): Promise<void>;
  /** The answer tells nobody whether there is something to prove. */
  resend(email: string, ip: string): Promise<void>;
  /** The person has proved who they are. The answer tells nobody whether the address has an account. */
  requestChange(person: Person, email: string, accessToken: string): Promise<void>;
  confirmChange(token: string): Promise<void>;
}

export interface SecondFactor {
  status(person: Person, accessToken: string): Promise<TotpStatusDto>;
  enrol(person: Person, accessToken: string): Promise<TotpEnrolmentDto>;
  confirm(person: Person, code: string, accessToken: string): Promise<TotpConfirmedDto>;
  replaceRecoveryCodes(person: Person, code: string): Promise<RecoveryCodesDto>;
  remove(person: Person, code: string, accessToken: string): Promise<void>;
}

/** What a person sends to prove that the session is in their hands. */
export interface Proof {
  password?: string;
  /** For people with a second factor. */
  code?: string;
}

/** Asks people again who they are, before what cannot be undone. */
export interface Reauthentication {
  assert(person: Person, proof: Proof & { password: string }, ip: string): Promise<void>;
  /** The same, waived shortly after signing in where that can be told. */
  assertRecent(person: Person, proof: Proof, ip: string): Promise<void>;
}

/** The end of an account at its issuer. */
export interface AccountRemoval {
  /** Whether `remove` will be able to; asked before anything is erased. */
  assertPossible(): Promise<void>;
  /** After everything here has been erased. */
  remove(userId: string): Promise<void>;
}
