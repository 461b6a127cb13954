import { globSync, readFileSync } from 'node:fs';
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

/** Every `text` between the marks of a pattern's first group, in the sources of the API. */
function named(files: string, pattern: RegExp): string[] {
  const found = new Set<string>();
  for (const path of globSync(files, { exclude: ['**/*.spec.ts', '**/testing/**'] })) {
    for (const [, name] of readFileSync(path, 'utf8').matchAll(pattern)) if (name) found.add(name);
  }
  return [...found].sort();
}

/** `IsEmailAddress` breaks as `is_email_address`, `IsUUID` as `is_uuid`. */
function codeOf(decorator: string): string {
  const words = decorator.replace(/[A-Z]{2,}/g, (letters) => letters.charAt(0) + letters.slice(1).toLowerCase());
  const code = words.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  return OWN_CODES[code] ?? code;
}

const OWN_CODES: Record<string, string> = {
  is_date_time: 'is_rfc3339',
  is_defined: 'required',
  is_iso31661alpha2: 'country_code',
  is_iso31661_alpha2: 'country_code',
  length: 'is_length',
};

/** How Zod calls what is wrong with a model's input; `unrecognized_keys` becomes `unknown_field`. */
const ZOD_CODES = [
  'custom',
  'invalid_format',
  'invalid_type',
  'invalid_union',
  'invalid_value',
  'not_multiple_of',
  'too_big',
  'too_small',
];
/** Decorators that say how to read a field, not what it must be. */
const NO_RULES = new Set(['is_optional', 'is_in_organization']);

describe('what the API refuses with', () => {
  it('is a sentence for every error code', () => {
    const codes = named('docs/reference/errors.md', /^\| `([a-z_.]+)`/gm);
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !english[`error.${code}`])).toEqual([]);
  });

  it('is a sentence for every fault of a field', () => {
    const rules = named('libs/**/*.dto.ts', /^\s*@((?:Is|Min|Max|Length|Matches|Array)\w*)\(/gm).map(codeOf);
    const own = named('libs/**/*.ts', /pointer[^{}]*?code: '([a-z_]+)'/g);
    const codes = [...rules, ...own, ...ZOD_CODES].filter((code) => !NO_RULES.has(code));
    expect(codes).toContain('is_email_address');
    expect(codes).toContain('too_guessable');
    expect([...new Set(codes)].filter((code) => !english[`fault.${code}`])).toEqual([]);
  });
});
