import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sha256 } from '#core/crypto';
import { type Ed25519Jwk, isFalWebhook, isStandardWebhook, standardWebhookKey } from './callback-signatures.js';

const rawBody = Buffer.from('{"id":"gen-1"}');
const now = Math.floor(Date.now() / 1000);
const SECRET = `whsec_${Buffer.from('a key of thirty-two bytes, agreed').toString('base64')}`;

function standard(timestamp: string, body = rawBody, secret = SECRET) {
  const content = Buffer.concat([Buffer.from(`msg_1.${timestamp}.`), body]);
  const signature = createHmac('sha256', standardWebhookKey(secret)).update(content).digest('base64');
  return { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,bm8= v1,${signature}` };
}

describe('Standard Webhooks', () => {
  const keys = [standardWebhookKey(SECRET)];

  it('takes a genuine one, also as one of several signatures and keys', () => {
    expect(isStandardWebhook({ headers: standard(String(now)), rawBody }, [Buffer.from('old'), ...keys])).toBe(true);
  });

  it.each<[string, Record<string, string>]>([
    ['an old one', standard(String(now - 400))],
    ['one from the future', standard(String(now + 400))],
    ['an odd time', standard('soon')],
    ['another body', standard(String(now), Buffer.from('{}'))],
    ['another key', standard(String(now), rawBody, 'whsec_b3RoZXI=')],
    ['another version', { ...standard(String(now)), 'webhook-signature': 'v2,abcd' }],
    ['no headers', {}],
  ])('refuses %s', (_, headers) => {
    expect(isStandardWebhook({ headers, rawBody }, keys)).toBe(false);
  });
});

describe("fal's signature", () => {
  const ours = generateKeyPairSync('ed25519');
  const jwk = ours.publicKey.export({ format: 'jwk' }) as unknown as Ed25519Jwk;
  const headers = (timestamp: number, body = rawBody, key = ours.privateKey) => {
    const content = ['req-1', 'user-1', timestamp, sha256(body).toString('hex')].join('\n');
    return {
      'x-fal-webhook-request-id': 'req-1',
      'x-fal-webhook-user-id': 'user-1',
      'x-fal-webhook-timestamp': String(timestamp),
      'x-fal-webhook-signature': sign(null, Buffer.from(content), key).toString('hex'),
    };
  };

  it('takes a genuine one', () => {
    expect(isFalWebhook({ headers: headers(now), rawBody }, [jwk])).toBe(true);
  });

  it.each<[string, Record<string, string>]>([
    ['an old one', headers(now - 400)],
    ['one from the future', headers(now + 400)],
    ['another body', headers(now, Buffer.from('{}'))],
    ['another key', headers(now, rawBody, generateKeyPairSync('ed25519').privateKey)],
    ['nonsense', { ...headers(now), 'x-fal-webhook-signature': 'zz' }],
    ['nothing', {}],
  ])('refuses %s', (_, given) => {
    expect(isFalWebhook({ headers: given, rawBody }, [jwk])).toBe(false);
  });
});
