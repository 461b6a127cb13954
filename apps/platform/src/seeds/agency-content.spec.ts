import { describe, expect, it } from '@jest/globals';
import { findModel, parseInput } from '#ai';
import { planFiles, PRESETS, PROJECTS } from './agency-content.js';

describe('what the seeded agency has made', () => {
  const files = planFiles();

  it('is the same each time, of every medium, over two months, by several members with several models', () => {
    expect(planFiles()).toEqual(files);
    const made = files.filter(({ failure }) => failure === undefined);
    const byType = Map.groupBy(made, ({ model }) => findModel(model).type);
    expect([...byType].map(([type, each]) => [type, each.length]).sort()).toEqual([
      ['audio', 10],
      ['image', 42],
      ['video', 8],
    ]);
    expect(Math.max(...files.map(({ age }) => age))).toBeLessThan(60);
    expect(Math.max(...files.map(({ age }) => age))).toBeGreaterThan(50);
    expect(new Set(made.map(({ model }) => model)).size).toBeGreaterThanOrEqual(6);
    expect(new Set(made.map(({ by }) => by)).size).toBe(3);
  });

  it('is asked for as the models take it', () => {
    for (const { model, input } of files) expect(parseInput(findModel(model), input)).toMatchObject(input);
    for (const { model } of PRESETS) expect(findModel(model).id).toBe(model);
  });

  it('lies in projects that there are', () => {
    expect(files.every(({ project }) => project === undefined || PROJECTS[project] !== undefined)).toBe(true);
  });
});
