import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

/**
 * Lets this Node process import the project's TypeScript sources directly, as Jest does for the tests: SWC strips the
 * types, `#…` imports resolve by the `source` condition, and `./x.js` finds `./x.ts`.
 * Also usable as `node --import ./libs/core/src/testing/register-typescript.js some-script.ts`.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const sources = { ...context, conditions: [...context.conditions, 'source'] };
    try {
      return nextResolve(specifier, sources);
    } catch (error) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
      return nextResolve(specifier.replace(/\.js$/, '.ts'), sources);
    }
  },
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, sourceMaps: 'inline' });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
