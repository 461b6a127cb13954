import { expect, it } from '@jest/globals';
import { countTokens } from './token-counter.js';

// Counted by OpenAI's own tiktoken, encoding o200k_base.
it.each([
  ['A cute baby sea otter', 6n],
  ['Um farol ao entardecer, aquarela, luz quente, céu com nuvens leves', 19n],
  ['“Promoção”: 50% OFF — só até 30/11!\n\n• Frete grátis', 20n],
  ['東京の夜景、ネオン、雨', 9n],
  ['👩‍🚀🌊é漢字', 10n],
  ['', 0n],
])('%j has as many tokens as OpenAI counts', async (text, tokens) => {
  await expect(countTokens(text)).resolves.toBe(tokens);
});

it('the name of a control token in a prompt is plain text', async () => {
  await expect(countTokens('<|endoftext|> hi')).resolves.toBe(8n);
});

it('half of a character is counted, not refused', async () => {
  await expect(countTokens('a\ud800b')).resolves.toBeGreaterThan(0n);
});

it.each([
  ['letters', 'a', 4000n],
  ['spaces', ' ', 250n],
])('32,000 %s without a break count a little more than they are, never less', async (_what, one, tokens) => {
  const counted = await countTokens(one.repeat(32_000));
  expect(counted).toBeGreaterThanOrEqual(tokens);
  expect(counted).toBeLessThanOrEqual(tokens + 125n);
});
