import { describe, expect, it } from '@jest/globals';
import { findModel, parseInput } from '#ai';
import { TEMPLATES } from './template-catalogue.js';

describe('the templates', () => {
  it('have ids of their own and say everything in both languages', () => {
    expect(new Set(TEMPLATES.map(({ id }) => id)).size).toBe(TEMPLATES.length);
    for (const { title, use, prompt } of TEMPLATES) {
      for (const text of [title, use, prompt]) {
        expect(text.en.trim()).not.toBe('');
        expect(text['pt-BR'].trim()).not.toBe('');
      }
    }
  });

  it('can all be made on the sandbox', () => {
    expect(TEMPLATES.map(({ choices }) => choices[0]?.model)).toEqual(TEMPLATES.map(({ type }) => `sandbox/${type}`));
  });

  it.each(
    TEMPLATES.flatMap(({ id, type, prompt, choices }) =>
      choices.map((choice) => [id, choice.model, { type, prompt, choice }] as const),
    ),
  )('%s is an input that %s takes', (_id, modelId, { type, prompt, choice }) => {
    const model = findModel(modelId);
    expect(model.type).toBe(type);
    for (const text of Object.values(prompt)) {
      expect(parseInput(model, { ...choice.input, [choice.promptField]: text })).toMatchObject(choice.input);
    }
  });
});
