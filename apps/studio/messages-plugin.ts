import { readFileSync } from 'node:fs';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';

const CATALOGUE = /\/src\/locales\/[\w-]+\.json$/;

/** What the first screen says nothing of: refusals, other pages, windows that are opened. Needed soon, not first. */
const LATER =
  /^(account|auth|brand|confirm\w+|enhance|error|fault|favorite|filter|forgot|gallery|invitation|library|lightbox|link|login|mask|model\.about|picker|preset|project|register|reset|share|shortcuts|snippet|transcript|upload|usage|verify)\./;

/**
 * Compiles the ICU messages of `src/locales/*.json` while building, so that the browser interprets tokens and needs no
 * parser. A message with a fault in its syntax fails the build. `?later` is the part that the first screen does without.
 */
export function messages(): Plugin {
  return {
    name: 'studio-messages',
    enforce: 'pre',
    load(id) {
      const [path = id, part] = id.split('?', 2);
      if (!CATALOGUE.test(path)) return null;
      const source = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
      const compiled = Object.fromEntries(
        Object.entries(source)
          .filter(([key]) => LATER.test(key) === (part === 'later'))
          .map(([key, text]) => [key, compile(key, text)]),
      );
      return { code: `export default ${JSON.stringify(compiled)}`, moduleType: 'js', map: null };
    },
  };
}

/** Plain text stays a string: it is smaller, and Lingui takes both. */
function compile(key: string, text: string): unknown {
  try {
    const tokens = compileMessageOrThrow(text);
    return tokens.length === 1 && typeof tokens[0] === 'string' ? tokens[0] : tokens;
  } catch (error) {
    throw new Error(`The message ${key} is not valid ICU: ${text}`, { cause: error });
  }
}
