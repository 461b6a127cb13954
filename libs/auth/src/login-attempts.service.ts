import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { sha256 } from '#core/crypto';
import { type Db, InjectDb } from '#core/db';
import { TooManyAttempts } from './auth.errors.js';
import { withoutMapping } from './ip-allow-list.js';
import { LoginAttemptsRepository, type SlowDown } from './login-attempts.repository.js';

/**
 * Five attempts at once, then three a minute: some 4,000 guesses a day are hopeless against a password that passed the
 * rules, and whoever fails on purpose cannot shut the owner out for longer than 20 seconds.
 */
const ACCOUNT: SlowDown = { burst: 5, intervalSeconds: 20 };
/** Failures are more common where many people share an address. */
const ADDRESS: SlowDown = { burst: 30, intervalSeconds: 30 };

/** Codes of six digits, three of which are right at any time: some 300 guesses a day. */
const SECOND_FACTOR: SlowDown = { burst: 5, intervalSeconds: 5 * 60 };
/** Mails that anyone can make us send to somebody. */
const MAIL: SlowDown = { burst: 3, intervalSeconds: 20 * 60 };
/** Copies of all personal data: each reads many tables. */
const EXPORT: SlowDown = { burst: 3, intervalSeconds: 20 * 60 };

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
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: LoginAttemptsRepository,
  ) {}

  /**
   * Begins an attempt to act as an account.
   * @throws TooManyAttempts with the seconds to wait.
   */
  async beginForAccount(email: string, ip: string): Promise<Attempt> {
    const address = addressBucket(ip);
    await this.count(address, ADDRESS);
    // The account is counted second: attempts from a closed address must not slow down the account's owner.
    const account = accountBucket(email);
    await this.count(account, ACCOUNT);
    return {
      succeeded: async () => {
        await this.repository.clear(this.db, account);
        await this.repository.takeBack(this.db, address, ADDRESS);
      },
    };
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

  /** Counts a mail that was asked for. @throws TooManyAttempts with the seconds to wait. */
  countMail(purpose: string): Promise<void> {
    return this.count(`mail:${purpose}`, MAIL);
  }

  /** Counts a copy of somebody's data. @throws TooManyAttempts with the seconds to wait. */
  countExport(userId: string): Promise<void> {
    return this.count(`export:${userId}`, EXPORT);
  }

  /** Forgets an erased person: not even hashes of the address and ids in names of buckets stay. */
  async forgetPerson(userId: string, email: string): Promise<void> {
    await this.repository.clear(this.db, accountBucket(email));
    await this.repository.clearEndingWith(this.db, `:${userId}`);
  }

  /** Forgets the failures at an account: its owner has come by another way. */
  forgive(email: string): Promise<void> {
    return this.repository.clear(this.db, accountBucket(email));
  }

  private async count(bucket: string, rule: SlowDown): Promise<void> {
    if (await this.repository.countAttempt(this.db, bucket, rule)) return;
    const seconds = Math.max(1, Math.ceil(await this.repository.secondsLocked(this.db, bucket)));
    throw TooManyAttempts({ detail: `Wait ${seconds} s and try again.`, retryAfterSeconds: seconds });
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
