import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { StudioPlatform, type Visitor } from './studio-platform.js';

const PICTURE = 'img[src*="/api/files/"]';
const THEMES = ['light', 'dark'] as const;
const LANGUAGES = ['pt-BR', 'en'] as const;
const SIZES = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
] as const;
const LOOKS = THEMES.flatMap((theme) =>
  LANGUAGES.flatMap((language) => SIZES.map((size) => ({ theme, language, ...size }))),
);

const OUTSIDE = [
  '/login',
  '/register',
  '/forgot-password',
  '/reset-password',
  '/verify-email',
  '/invitation',
  '/confirm-email',
  '/confirm-registration',
  '/shared/nothing',
  '/nowhere',
];

const LIBRARY = ['presets', 'brand', 'uploads', 'links'].map((tab) => `/library?tab=${tab}`);

let platform: StudioPlatform;
let visitor: Visitor;
let routes: string[];

beforeAll(async () => {
  platform = await StudioPlatform.start();
});

afterAll(async () => {
  await platform.stop();
});

/** Looks at a page when it has come to rest. @returns what axe found */
async function inspect(page: Page, route: string, look: (typeof LOOKS)[number]): Promise<string[]> {
  await page.goto(route);
  await page
    .locator(route.includes('?view=') ? '[role=dialog]' : 'h1')
    .first()
    .waitFor({ state: 'attached' });
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  // Fading in, or waiting for an answer, text has less contrast than at rest.
  await visitor.atRest();
  const name = route
    .replaceAll(/[/?=]+/g, '-')
    .replace(/-[0-9a-f-]{36}$/, '')
    .replace(/^-$/, '-create');
  await visitor.shoot(`${look.width}-${look.theme}-${look.language}${name}`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${route} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
  );
}

async function wear(look: (typeof LOOKS)[number]): Promise<void> {
  await visitor.page.setViewportSize(look);
  await visitor.page.evaluate(({ theme, language }) => {
    localStorage.setItem('base.theme', theme);
    localStorage.setItem('base.language', language);
  }, look);
}

describe('axe finds nothing', () => {
  it.each(LOOKS)('outside, $theme, $language, $width px', async (look) => {
    visitor = await platform.visitor();
    await visitor.page.emulateMedia({ reducedMotion: 'reduce' });
    await visitor.page.goto('/login');
    await wear(look);
    const found: string[] = [];
    for (const route of OUTSIDE) found.push(...(await inspect(visitor.page, route, look)));
    await visitor.leave();
    expect(found).toEqual([]);
  });

  it('inside, in every look', async () => {
    visitor = await platform.visitor();
    const { page } = visitor;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await visitor.signUp();
    const found: string[] = [];
    for (const look of LOOKS) {
      await wear(look);
      found.push(...(await inspect(page, '/', look)));
    }
    await wear({ theme: 'light', language: 'pt-BR', width: 1440, height: 900 });
    await page.goto('/');
    await visitor.ask('Um farol ao entardecer');
    await page.locator(PICTURE).first().waitFor({ timeout: 90_000 });
    await page.goto('/gallery');
    const open = page.getByRole('link', { name: /Abrir/ }).first();
    routes = [
      '/',
      '/gallery',
      (await open.getAttribute('href')) ?? '',
      '/gallery?bin=true',
      '/projects',
      '/library',
      ...LIBRARY,
      '/usage',
      '/account',
    ];
    for (const look of LOOKS) {
      await wear(look);
      for (const route of routes) found.push(...(await inspect(page, route, look)));
    }
    await visitor.leave();
    expect(found).toEqual([]);
  }, 900_000);
});
