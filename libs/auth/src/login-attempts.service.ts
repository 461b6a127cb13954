import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { deriveKey, sha256 } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import { type ErrorFactory, RateLimited } from '#core/errors';
import { TooManyAttempts } from './auth.errors.js';
import { withoutMapping } from './ip-allow-list.js';
import { LoginAttemptsRepository, type SlowDown as Pace } from './login-attempts.repository.js';

/** A pace, and what is said to whoever is faster. */
interface SlowDown extends Pace {
  name: string;
  what: string;
}

const WRONG = 'There were too many wrong attempts.';

/**
 * Five attempts at once, then three a minute: some 4,000 guesses a day are hopeless against a password that passed the
 * rules. Strangers share one such allowance per account, and could use up all of it; a network address from which the
 * account was signed in to has one of its own, so that they cannot shut out the owner.
 */
const ACCOUNT: SlowDown = { name: 'account-attempts', burst: 5, intervalSeconds: 20, what: WRONG };
/** How long a place is known after the last sign-in from it. */
const PLACE_DAYS = 90;
/** Failures are more common where many people share an address. */
const ADDRESS: SlowDown = { name: 'address-attempts', burst: 30, intervalSeconds: 30, what: WRONG };

/** Codes of six digits, three of which are right at any time: some 300 guesses a day. */
const SECOND_FACTOR: SlowDown = { name: 'code-attempts', burst: 5, intervalSeconds: 5 * 60, what: WRONG };
/** Mails that anyone can make us send to somebody. */
const MAIL: SlowDown = {
  name: 'mails',
  burst: 3,
  intervalSeconds: 20 * 60,
  what: 'Some such mails were sent already.',
};
/** Copies of all personal data: each reads many tables. */
const EXPORT: SlowDown = {
  name: 'exports',
  burst: 3,
  intervalSeconds: 20 * 60,
  what: 'You took some copies already.',
};

/** An attempt that was counted; tell how it went when it went well. */
export interface Attempt {
  succeeded(): Promise<void>;
}

/**
 * Slows down guessing, per account and per address, in the database: the same for all API processes. An unknown
 * account is slowed like a known one.
 */
@Injectable()
export class LoginAttemptsService {
  private readonly placeKey: Buffer;

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: LoginAttemptsRepository,
    config: AppConfig,
  ) {
    this.placeKey = deriveKey(config.appSecret, 'known-places');
  }

  /**
   * Begins an attempt to act as an account.
   * @throws TooManyAttempts with the seconds to wait.
   */
  async beginForAccount(email: string, ip: string): Promise<Attempt> {
    const address = addressBucket(ip);
    await this.count(address, ADDRESS);
    // The account is counted second: attempts from a closed address must not slow down the account's owner.
    const account = accountBucket(email);
    const place = this.placeOf(account, address);
    const known = await this.repository.isKnownPlace(this.db, account, place, PLACE_DAYS);
    const bucket = known ? `${account}:${place}` : account;
    await this.count(bucket, ACCOUNT);
    return {
      succeeded: async () => {
        await this.repository.clear(this.db, bucket);
        await this.repository.takeBack(this.db, address, ADDRESS);
        await this.repository.rememberPlace(this.db, account, place, PLACE_DAYS);
      },
    };
  }

  /** Somebody proved to be the owner there by another way than a password: strangers cannot shut them out from now on. */
  rememberPlace(email: string, ip: string): Promise<void> {
    const account = accountBucket(email);
    return this.repository.rememberPlace(this.db, account, this.placeOf(account, addressBucket(ip)), PLACE_DAYS);
  }

  /**
   * Begins an attempt that only the address answers for.
   * @throws TooManyAttempts with the seconds to wait.
   */
  async beginForAddress(ip: string): Promise<Attempt> {
    const address = addressBucket(ip);
    await this.count(address, ADDRESS);
    return { succeeded: () => this.repository.takeBack(this.db, address, ADDRESS) };
  }

  /**
   * Begins an attempt with a code, by somebody whose password was right.
   * @throws TooManyAttempts with the seconds to wait.
   */
  async beginForSecondFactor(userId: string): Promise<Attempt> {
    const bucket = `totp:${userId}`;
    await this.count(bucket, SECOND_FACTOR);
    return { succeeded: () => this.repository.clear(this.db, bucket) };
  }

  /** Counts a mail that was asked for. @throws RateLimited with the seconds to wait. */
  countMail(purpose: string): Promise<void> {
    return this.count(`mail:${purpose}`, MAIL, RateLimited);
  }

  /** Counts a copy of somebody's data. @throws RateLimited with the seconds to wait. */
  countExport(userId: string): Promise<void> {
    return this.count(`export:${userId}`, EXPORT, RateLimited);
  }

  /** Forgets an erased person: not even hashes of the address and ids in names of buckets stay. */
  async forgetPerson(userId: string, email: string): Promise<void> {
    await this.forgive(email);
    await this.repository.forgetPlaces(this.db, accountBucket(email));
    await this.repository.clearEndingWith(this.db, `:${userId}`);
  }

  /** Forgets the failures at an account: its owner has come by another way. */
  forgive(email: string): Promise<void> {
    return this.repository.clearStartingWith(this.db, accountBucket(email));
  }

  private async count(bucket: string, rule: SlowDown, refusal: ErrorFactory = TooManyAttempts): Promise<void> {
    if (await this.repository.countAttempt(this.db, bucket, rule)) return;
    const seconds = Math.max(1, Math.ceil(await this.repository.secondsLocked(this.db, bucket)));
    throw refusal({
      detail: `${rule.what} Wait ${seconds} s and try again.`,
      retryAfterSeconds: seconds,
      extensions: {
        policy: { name: rule.name, limit: rule.burst, windowSeconds: rule.burst * rule.intervalSeconds },
      },
    });
  }

  /** Network addresses are few enough to try: without the key a hash would tell them. */
  private placeOf(account: string, address: string): string {
    return createHmac('sha256', this.placeKey).update(`${account} ${address}`).digest('base64url').slice(0, 22);
  }
}

/** The table must not become a list of addresses that people typed. */
function accountBucket(email: string): string {
  return `account:${sha256(email).toString('base64url')}`;
}

/** An IPv6 customer has at least a /64 of addresses to try from. */
function addressBucket(ip: string): string {
  const address = withoutMapping(ip);
  return `address:${isIPv6(address) ? networkOf(address) : address}`;
}

function networkOf(ipv6: string): string {
  const [head = '', tail = ''] = ipv6.replace(/%.*$/, '').split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const groups = ipv6.includes('::')
    ? [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
    : left;
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
