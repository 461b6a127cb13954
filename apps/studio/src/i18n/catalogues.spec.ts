import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';

const read = (language: string) =>
  JSON.parse(readFileSync(`apps/studio/src/locales/${language}.json`, 'utf8')) as Record<string, string>;
const english = read('en');
const portuguese = read('pt-BR');

/** The values a message asks for, in all of its branches. */
function valuesIn(message: string): string[] {
  const names = new Set<string>();
  const collect = (tokens: unknown): void => {
    if (!Array.isArray(tokens)) return;
    for (const token of tokens) {
      if (!Array.isArray(token)) continue;
      const [name, , choices] = token as [string, string?, Record<string, unknown>?];
      if (name !== '#') names.add(name);
      for (const choice of Object.values(choices ?? {})) collect(choice);
    }
  };
  collect(compileMessageOrThrow(message));
  return [...names].sort();
}

describe('the catalogues of messages', () => {
  it('have the same messages, in order', () => {
    expect(Object.keys(portuguese)).toEqual(Object.keys(english));
    expect(Object.keys(english)).toEqual(Object.keys(english).toSorted());
  });

  it('ask for the same values in both languages', () => {
    const differing = Object.keys(english).filter(
      (id) => valuesIn(english[id] ?? '').join() !== valuesIn(portuguese[id] ?? '').join(),
    );
    expect(differing).toEqual([]);
  });

  it('say something in each message', () => {
    expect(Object.entries({ ...english, ...portuguese }).filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});
