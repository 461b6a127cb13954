import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#core/config';
import { isPublicAddress } from './address-rules.js';
import { OutboundFetch } from './outbound-fetch.js';

function outbound(allow = ''): OutboundFetch {
  return new OutboundFetch(
    loadConfig({
      DATABASE_URL: 'postgres://localhost/none',
      APP_SECRET: 'a secret for tests, long enough to be taken',
      PROVIDER_FILES_ALLOWED_HOSTS: allow,
    }),
  );
}

const LIMITS = { writtenBy: 'provider', timeoutMs: 10_000, maxBytes: 1000 } as const;
let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  if (server) await new Promise((done) => server?.close(done));
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('what belongs to the public internet', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450::1'])('%s does', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.1.1', '169.254.169.254', '172.16.0.1', '172.31.9.9'],
    ...[
      '192.168.1.1',
      '192.0.2.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1',
      'fd00:ec2::254',
    ],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::7f00:1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:0:1::',
      '2001:db8::1',
    ],
    ...['ff02::1', 'localhost', ''],
  ])('%s does not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('addresses that are refused before any connection', () => {
  it.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'https://user:secret@example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://１２７.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00:ec2::254]/latest/meta-data',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/',
    'https://localhost./',
    'https://metadata/',
    'nonsense',
    `https://example.com/${'a'.repeat(9000)}`,
  ])('%s', (address) => {
    expect(() => outbound().check(address, 'customer')).toThrow(
      expect.objectContaining({ code: 'outbound.address_refused' }),
    );
  });

  it('a public https address is let through', () => {
    expect(outbound().check('https://example.com/a.png?b=c', 'customer').href).toBe('https://example.com/a.png?b=c');
  });
});

describe('a name that leads into the own network', () => {
  it('is refused when it is resolved, whatever it looks like', async () => {
    // The reserved name of the own machine, with a dot so that it passes for a public one.
    await expect(outbound().fetch('https://sneaky.localhost/', LIMITS)).rejects.toMatchObject({
      code: expect.stringMatching(/^outbound\.(address_refused|fetch_failed)$/) as unknown,
    });
  });

  it('is reached when the allow-list names its network', async () => {
    const url = await serve((_, response) => response.end('hello'));
    const { status, body } = await outbound('127.0.0.0/8').fetch(url, LIMITS);
    expect([status, await text(body)]).toEqual([200, 'hello']);
  });
});

describe('a host of the own network that providers may name', () => {
  it('stays closed to customers, by its address and by its name', async () => {
    const url = await serve((_, response) => response.end('hello'));
    const fetcher = outbound('127.0.0.1,localhost');
    for (const address of [url, url.replace('127.0.0.1', 'localhost'), 'https://127.0.0.1/']) {
      await expect(fetcher.fetch(address, { ...LIMITS, writtenBy: 'customer' })).rejects.toMatchObject({
        code: 'outbound.address_refused',
      });
    }
  });
});

describe('redirects', () => {
  it('are checked like the first address', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end());
    await expect(outbound('127.0.0.1').fetch(url, LIMITS)).rejects.toMatchObject({ code: 'outbound.address_refused' });
  });

  it('end, and never take headers to another origin', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else if (request.url === '/away') {
        response.writeHead(302, { location: `${url.replace('127.0.0.1', 'localhost')}/end` }).end();
      } else response.end('there');
    });
    const fetcher = outbound('127.0.0.1,localhost');
    await expect(fetcher.fetch(`${url}/loop`, LIMITS)).rejects.toMatchObject({ code: 'outbound.fetch_failed' });
    seen.length = 0;
    const { body } = await fetcher.fetch(`${url}/away`, { ...LIMITS, headers: { authorization: 'Bearer x' } });
    expect(await text(body)).toBe('there');
    expect(seen).toEqual(['Bearer x', undefined]);
  });
});

describe('a port where nobody listens', () => {
  it('is told in words that do not say so', async () => {
    const url = await serve((_, response) => response.end());
    await new Promise((done) => server?.close(done));
    await expect(outbound('127.0.0.1').fetch(url, LIMITS)).rejects.toMatchObject({
      code: 'outbound.fetch_failed',
      message: 'Nothing answers there. Check the address.',
    });
  });
});

describe('bodies', () => {
  it('that announce too much are refused, those that grow too long end with an error', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/announced') response.writeHead(200, { 'content-length': 5000 }).write('x');
      else response.end(Buffer.alloc(5000));
    });
    const fetcher = outbound('127.0.0.1');
    await expect(fetcher.fetch(`${url}/announced`, LIMITS)).rejects.toMatchObject({ code: 'outbound.fetch_failed' });
    const { body } = await fetcher.fetch(`${url}/grown`, LIMITS).catch(() => ({ body: undefined }));
    if (body) await expect(buffer(body)).rejects.toMatchObject({ code: 'outbound.fetch_failed' });
  });

  it('that are cut short end with an error, never as if they were whole', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 500 }).write('half');
      setImmediate(() => response.destroy());
    });
    const { body } = await outbound('127.0.0.1').fetch(url, LIMITS);
    await expect(buffer(body)).rejects.toThrow();
  });

  it('that never come are given up in time', async () => {
    const url = await serve(() => undefined);
    await expect(outbound('127.0.0.1').fetch(url, { ...LIMITS, timeoutMs: 100 })).rejects.toMatchObject({
      code: 'outbound.fetch_failed',
    });
  });
});
