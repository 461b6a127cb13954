import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type AuditAction, AuditTrail } from '#core/audit';
import { AppConfig } from '#core/config';
import { deriveKey, openText, sealText } from '#core/crypto';
import { type Db, InjectDb, type Trx } from '#core/db';
import type { Person } from '#core/http';
import { askedAgain } from './asked-again.js';
import { RecoveryCodesReplaced, TotpConfirmed, TotpEnrolled, TotpRemoved } from './auth.audit.js';
import { SecondFactorExists, SecondFactorInvalid, SecondFactorMissing, SecondFactorRequired } from './auth.errors.js';
import type { SecondFactor } from './identity-issuer.js';
import { LoginAttemptsService } from './login-attempts.service.js';
import { SessionsService } from './sessions.service.js';
import { makeRecoveryCode, makeTotpSecret, matchTotp, normalizeRecoveryCode, totpUri } from './totp.js';
import type { RecoveryCodesDto, TotpConfirmedDto, TotpEnrolmentDto, TotpStatusDto } from './totp.dto.js';
import { TotpRepository } from './totp.repository.js';
import { UsersService } from './users.service.js';

const RECOVERY_CODES = 10;
const ISSUER = 'BASE Agency';

/**
 * The second factor: codes of an authenticator app, and recovery codes for the day it is lost. The secret is sealed in
 * the database, recovery codes are stored as HMAC; every code is good once.
 */
@Injectable()
export class TotpService implements SecondFactor {
  private readonly sealingKey: Buffer;
  private readonly recoveryKey: Buffer;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: TotpRepository,
    private readonly attempts: LoginAttemptsService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly audit: AuditTrail,
    config: AppConfig,
  ) {
    this.sealingKey = deriveKey(config.appSecret, 'totp-secrets');
    this.recoveryKey = deriveKey(config.appSecret, 'totp-recovery-codes');
  }

  /** Whether signing in needs a code. */
  async isEnabled(userId: string): Promise<boolean> {
    return (await this.repository.find(this.db, userId))?.confirmed ?? false;
  }

  async status(person: Person): Promise<TotpStatusDto> {
    const factor = await this.repository.find(this.db, person.userId);
    return factor?.confirmed
      ? { enabled: true, recoveryCodesLeft: factor.recoveryCodesLeft }
      : { enabled: false, recoveryCodesLeft: 0 };
  }

  /** Begins: the secret for the app. Nothing is needed at login before `confirm`. @throws SecondFactorExists */
  async enrol(person: Person): Promise<TotpEnrolmentDto> {
    const secret = makeTotpSecret();
    const sealed = sealText(this.sealingKey, secret, context(person.userId));
    await this.changed(person, TotpEnrolled, async (trx) => {
      if (!(await this.repository.begin(trx, person.userId, sealed))) throw SecondFactorExists('Remove it first.');
    });
    const user = await this.users.find(person.userId);
    return { secret, uri: totpUri(secret, user?.email ?? person.userId, ISSUER) };
  }

  /**
   * Ends the enrolment by a first code; from now on login needs one. Other sessions end, as they began without.
   * @returns the recovery codes, this once.
   * @throws SecondFactorMissing, SecondFactorExists, CodeWrong, TooManyAttempts
   */
  async confirm(person: Person, code: string): Promise<TotpConfirmedDto> {
    const factor = await this.repository.find(this.db, person.userId);
    if (!factor) throw SecondFactorMissing('Enrol first.');
    if (factor.confirmed) throw SecondFactorExists('Remove it first.');
    await askedAgain(() => this.assertCode(person.userId, code));
    const recoveryCodes = await this.changed(person, TotpConfirmed, (trx) =>
      this.renewRecoveryCodes(trx, person.userId),
    );
    await this.sessions.endAll(person.userId, person.sessionId ?? undefined);
    return { recoveryCodes, session: null };
  }

  /** New recovery codes; the old ones end. @throws SecondFactorMissing, CodeWrong, TooManyAttempts */
  async replaceRecoveryCodes(person: Person, code: string): Promise<RecoveryCodesDto> {
    await this.assertEnabledAndCode(person.userId, code);
    const renew = (trx: Trx) => this.renewRecoveryCodes(trx, person.userId);
    return { recoveryCodes: await this.changed(person, RecoveryCodesReplaced, renew) };
  }

  /** Login needs no code any more. @throws SecondFactorMissing, CodeWrong, TooManyAttempts */
  async remove(person: Person, code: string): Promise<void> {
    await this.assertEnabledAndCode(person.userId, code);
    await this.changed(person, TotpRemoved, (trx) => this.repository.remove(trx, person.userId));
  }

  /**
   * Uses up a code of the app or a recovery code. Wrong ones are counted per person, more strictly than passwords:
   * six digits are few.
   * @throws SecondFactorInvalid, TooManyAttempts
   */
  async assertCode(userId: string, code: string): Promise<void> {
    const attempt = await this.attempts.beginForSecondFactor(userId);
    if (!(await this.use(userId, code)))
      throw SecondFactorInvalid('Send the code that your app shows now, or a recovery code; each is good once.');
    await attempt.succeeded();
  }

  /**
   * For people with a second factor only.
   * @returns whether there is one.
   * @throws SecondFactorRequired without a code, SecondFactorInvalid, TooManyAttempts
   */
  async assertIfEnabled(userId: string, code: string | undefined): Promise<boolean> {
    if (!(await this.isEnabled(userId))) return false;
    if (code === undefined) throw SecondFactorRequired('Send the same request again, with `code`.');
    await this.assertCode(userId, code);
    return true;
  }

  private async assertEnabledAndCode(userId: string, code: string): Promise<void> {
    if (!(await this.isEnabled(userId))) throw SecondFactorMissing('There is nothing to remove or replace.');
    await askedAgain(() => this.assertCode(userId, code));
  }

  private async use(userId: string, code: string): Promise<boolean> {
    const factor = await this.repository.find(this.db, userId);
    if (!factor) return false;
    const digits = code.replace(/\s/g, '');
    const step = matchTotp(openText(this.sealingKey, factor.secretSealed, context(userId)), digits);
    if (step !== null) return this.repository.useStep(this.db, userId, step);
    return factor.confirmed && this.repository.useRecoveryCode(this.db, userId, this.hashRecoveryCode(userId, code));
  }

  /** One change of a person's factor, with its line in the audit log. */
  private async changed<T>(person: Person, action: AuditAction, change: (trx: Trx) => Promise<T>): Promise<T> {
    const changed = await this.db.transaction().execute(async (trx) => {
      const result = await change(trx);
      await this.audit.write(trx, action, { by: person, organizationId: null, target: person.userId });
      return result;
    });
    this.users.forget(person.userId);
    return changed;
  }

  private async renewRecoveryCodes(trx: Trx, userId: string): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, makeRecoveryCode);
    await this.repository.confirm(
      trx,
      userId,
      codes.map((code) => this.hashRecoveryCode(userId, code)),
    );
    return codes;
  }

  private hashRecoveryCode(userId: string, code: string): Buffer {
    return createHmac('sha256', this.recoveryKey)
      .update(`${userId} ${normalizeRecoveryCode(code)}`)
      .digest();
  }
}

function context(userId: string): string {
  return `identity.totp_factors ${userId}`;
}
