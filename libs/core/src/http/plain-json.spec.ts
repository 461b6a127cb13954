import { describe, expect, it } from '@jest/globals';
import { assertPlainJson } from './plain-json.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
const refusedWith = (fault: object): never =>
  expect.objectContaining({
    code: 'request.invalid',
    details: expect.objectContaining({ errors: [expect.objectContaining(fault)] }) as unknown,
  }) as never;

describe('a JSON body', () => {
  it.each([undefined, null, 'olá 👋', 1, { a: [1, { b: 'ção' }] }, nested(32)])('passes when it is plain', (body) => {
    expect(() => assertPlainJson(body)).not.toThrow();
  });

  it('is refused for text that no database can hold, at its place', () => {
    expect(() => assertPlainJson({ a: { b: ['x', 'a\0b'] } })).toThrow(
      refusedWith({ pointer: '/a/b/1', code: 'nul_character' }),
    );
    expect(() => assertPlainJson({ prompt: '\ud800' })).toThrow(
      refusedWith({ pointer: '/prompt', code: 'malformed_unicode' }),
    );
    expect(() => assertPlainJson({ '\ud800': 1 })).toThrow(refusedWith({ code: 'malformed_unicode' }));
  });

  it('is refused for nesting without end, without running out of stack', () => {
    expect(() => assertPlainJson(nested(33))).toThrow(refusedWith({ code: 'too_deep' }));
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(() => assertPlainJson(deep)).toThrow(refusedWith({ code: 'too_deep' }));
  });
});
