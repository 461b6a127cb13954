import { expect, it } from '@jest/globals';
import { findModel, parseInput } from './model-catalogue.js';
import { maximumOf, usageOf } from './usage.js';

const model = findModel('openai/gpt-image-2');
const input = parseInput(model, { prompt: 'A cute baby sea otter', n: 3 });

it('a text that is billed by the token is held for, once for every output and with what the provider wraps around it', async () => {
  await expect(maximumOf(model.price(input))).resolves.toEqual({ output: 3n, input_text: 3n * (6n + 32n) });
});

it('what was delivered is counted, and the text once, when the provider does not say what it counted', async () => {
  await expect(usageOf(model, input, [{}, {}])).resolves.toEqual({ output: 2n, input_text: 6n });
});

it('a text that is not billed is not counted', async () => {
  const sandbox = findModel('sandbox/image');
  await expect(maximumOf(sandbox.price(parseInput(sandbox, { prompt: 'A fox' })))).resolves.toEqual({ output: 1n });
});
