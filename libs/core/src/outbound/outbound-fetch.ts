import { lookup as resolve } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type Readable, Transform } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { AllowedHosts, isPublicAddress } from './address-rules.js';
import { AddressRefused, FetchFailed } from './outbound.errors.js';

const MAX_REDIRECTS = 5;
const MAX_URL_LENGTH = 8192;

/** Who wrote the address: each has an allow-list of its own. */
export type AddressAuthor = 'customer' | 'provider';

export interface OutboundOptions {
  writtenBy: AddressAuthor;
  /** Ends everything, body included. */
  signal?: AbortSignal;
  /** For everything, body included. */
  timeoutMs: number;
  /** A longer body ends with an error, and is refused at once when its length is announced. */
  maxBytes: number;
  /** Left behind when a redirect leads to another origin. */
  headers?: Readonly<Record<string, string>>;
}

export interface OutboundAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Ends with an error when it is cut short, too long or too slow. Read it to its end, or destroy it. */
  body: Readable;
}

/**
 * Fetches what strangers name: reference images, providers' links. Only https, only the public internet, and
 * the address that was checked is the one that is connected to, so that a name cannot point elsewhere a moment later
 * (DNS rebinding). Every redirect is checked as if it were the first address. Hosts of the author's allow-list are exempt.
 */
@Injectable()
export class OutboundFetch {
  private readonly allowed: Record<AddressAuthor, AllowedHosts>;

  constructor(config: AppConfig) {
    const { customer, provider } = config.outbound.allowedHosts;
    this.allowed = { customer: new AllowedHosts(customer), provider: new AllowedHosts(provider) };
  }

  /**
   * Checks what can be told from the address alone, without a network: for refusing early.
   * @throws AddressRefused
   */
  check(address: string, writtenBy: AddressAuthor): URL {
    if (address.length > MAX_URL_LENGTH || !URL.canParse(address)) throw AddressRefused('It is not a URL.');
    // The parser also undoes odd spellings of IPv4: decimal, octal, hexadecimal, shortened, full-width digits.
    const url = new URL(address);
    const host = hostOf(url);
    const allowed = this.allowed[writtenBy];
    const exempt = allowed.hasName(host) || allowed.hasAddress(host);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && exempt)) {
      throw AddressRefused('Only https addresses are fetched.');
    }
    if (url.username !== '' || url.password !== '') throw AddressRefused('Addresses with a password are not fetched.');
    if (exempt) return url;
    if (isIP(host) !== 0 && !isPublicAddress(host)) throw AddressRefused('The address is not public.');
    if (!host.includes('.') && isIP(host) === 0) throw AddressRefused('The host name is not public.');
    return url;
  }

  /**
   * @throws AddressRefused, FetchFailed (no connection, too slow, too many redirects, announced as too long); an error
   *   status is an answer
   */
  async fetch(address: string, options: OutboundOptions): Promise<OutboundAnswer> {
    const deadline = AbortSignal.timeout(options.timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
    let url = this.check(address, options.writtenBy);
    let headers = options.headers ?? {};
    for (let hops = 0; ; hops += 1) {
      const answer = await this.request(url, { ...options, headers, signal });
      const location = answer.headers.location;
      const redirects = [301, 302, 303, 307, 308].includes(answer.statusCode ?? 0) && location !== undefined;
      if (!redirects) return toAnswer(answer, options.maxBytes);
      answer.destroy();
      if (hops >= MAX_REDIRECTS) throw FetchFailed('It redirects too often.');
      if (!URL.canParse(location, url.href)) throw AddressRefused('It redirects to something that is not a URL.');
      const next = this.check(new URL(location, url.href).href, options.writtenBy);
      if (next.origin !== url.origin) headers = {};
      url = next;
    }
  }

  private request(url: URL, options: OutboundOptions): Promise<IncomingMessage> {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    return new Promise((resolveAnswer, reject) => {
      const request = send(url, {
        // Compressed bodies could grow beyond every limit.
        headers: { 'accept-encoding': 'identity', 'user-agent': 'base-agency', ...options.headers },
        lookup: lookupWithin(this.allowed[options.writtenBy]),
        signal: options.signal,
        // A connection of its own: one kept open was checked under other circumstances.
        agent: false,
      });
      request.once('response', resolveAnswer);
      request.once('error', (error) =>
        reject(AddressRefused.is(error) ? error : FetchFailed({ detail: reasonOf(error), cause: error })),
      );
      request.end();
    });
  }
}

/** Resolves a name once, refuses it when any of its addresses is not public, and connects to these addresses only. */
function lookupWithin(allowed: AllowedHosts): LookupFunction {
  return (name, options, done) => {
    resolve(name, { all: true, family: options.family, hints: options.hints })
      .then((found) => {
        const exempt = allowed.hasName(name);
        if (!exempt && found.some(({ address }) => !isPublicAddress(address) && !allowed.hasAddress(address))) {
          throw AddressRefused('The host name leads to an address that is not public.');
        }
        return found;
      })
      .then(
        (found) => {
          const first = found[0];
          if (options.all) done(null, found);
          else done(null, first?.address ?? '', first?.family);
        },
        (error: unknown) => done(error as NodeJS.ErrnoException, ''),
      );
  };
}

function toAnswer(answer: IncomingMessage, maxBytes: number): OutboundAnswer {
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) {
    answer.destroy();
    throw FetchFailed(`It is larger than ${maxBytes} bytes.`);
  }
  const limit = new ByteLimit(maxBytes);
  // `pipeline` would end an answer that is cut short as if it were whole.
  answer.once('error', (error) => limit.destroy(error));
  answer.once('aborted', () => limit.destroy(FetchFailed('The connection was cut.')));
  limit.once('close', () => answer.destroy());
  answer.pipe(limit);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: limit };
}

class ByteLimit extends Transform {
  private bytes = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null, data?: Buffer) => void): void {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) done(FetchFailed(`It is larger than ${this.maxBytes} bytes.`));
    else done(null, chunk);
  }
}

/** Brackets stand around IPv6 in URLs only. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** One sentence for everything that keeps from connecting: the system's own would tell closed ports from open ones. */
function reasonOf(error: Error): string {
  const late = error.name === 'TimeoutError' || error.name === 'AbortError';
  return late ? 'It took too long.' : 'Nothing answers there. Check the address.';
}
