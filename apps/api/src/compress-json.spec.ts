import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { compressJson } from './compress-json.js';

describe('answers in JSON', () => {
  const app = fastify();
  compressJson(app);
  const long = { data: 'lista '.repeat(1000) };
  app.get('/long', () => long);
  app.get('/short', () => ({ data: 'x' }));
  app.get('/text', (_request, reply) => reply.type('text/plain').send(long.data));
  afterAll(() => app.close());

  const get = (url: string, accepted?: string) =>
    app.inject({ method: 'GET', url, headers: accepted === undefined ? {} : { 'accept-encoding': accepted } });

  it.each([
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['gzip', 'br;q=0, gzip', gunzipSync],
  ] as const)('that are long are compressed with %s for who takes %s', async (encoding, accepted, unpack) => {
    const { headers, rawPayload } = await get('/long', accepted);
    expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
    expect(headers['content-length']).toBe(String(rawPayload.length));
    expect(JSON.parse(unpack(rawPayload).toString())).toEqual(long);
  });

  it.each([
    ['that are short', '/short', 'br', undefined],
    ['for who takes none', '/long', undefined, 'accept-encoding'],
    ['for who refuses', '/long', 'br;q=0, identity', 'accept-encoding'],
    ['that are none', '/text', 'br', undefined],
  ])('%s go as they are', async (_what, url, accepted, vary) => {
    const { headers, body } = await get(url, accepted);
    expect([headers['content-encoding'], headers.vary]).toEqual([undefined, vary]);
    expect(body).toContain(url === '/short' ? '{"data":"x"}' : 'lista lista');
  });
});
