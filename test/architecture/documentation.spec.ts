import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

describe('the index of the documentation', () => {
  const linked = [...readFileSync('docs/README.md', 'utf8').matchAll(/\]\(([^)#]+\.md)\)/g)].map(
    ([, path]) => path ?? '',
  );

  it('leads to every decision, playbook and reference page', () => {
    const pages = ['adr', 'playbooks', 'reference'].flatMap((folder) =>
      readdirSync(join('docs', folder)).map((name) => `${folder}/${name}`),
    );
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.filter((page) => !linked.includes(page))).toEqual([]);
  });

  it('leads to nothing that is not there', () => {
    expect(linked.filter((page) => !existsSync(join('docs', page)))).toEqual([]);
  });
});
