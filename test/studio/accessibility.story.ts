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
    .replace(/^-shared-.{20,}$/, '-shared')
    .replace(/^-$/, '-create');
  await visitor.shoot(`${look.width}-${look.theme}-${look.language}${name}`);
  return complaintsOf(new AxeBuilder({ page }), route);
}

async function complaintsOf(axe: AxeBuilder, where: string): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${where} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
  );
}

async function wear(look: (typeof LOOKS)[number]): Promise<void> {
  await visitor.page.setViewportSize(look);
  await visitor.page.evaluate(({ theme, language }) => {
    localStorage.setItem('base.theme', theme);
    localStorage.setItem('base.language', language);
  }, look);
}

/** Shares a file that is open. @returns where it is seen without an account */
async function share(page: Page, file: string): Promise<string> {
  await page.goto(file);
  await page.getByRole('button', { name: 'Compartilhar' }).click();
  await page.getByRole('button', { name: 'Criar link' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  return new URL(link).pathname;
}

/** Where windows are opened, and by what; a menu lies outside of all landmarks, as menus may. */
const WINDOWS: readonly (readonly [route: string, opener: string])[] = [
  ['/', 'Modelo:'],
  ['/', 'Ver como código'],
  ['/', 'Predefinições'],
  ['/gallery', 'Filtros'],
  ['/projects', 'Novo projeto'],
  ['/library?tab=brand', 'Nova marca'],
  ['/account', 'Ativar'],
];

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
    const file = (await open.getAttribute('href')) ?? '';
    routes = [
      '/',
      '/gallery',
      file,
      await share(page, file),
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
    for (const theme of THEMES) {
      await wear({ theme, language: 'pt-BR', width: 1440, height: 900 });
      for (const [route, opener] of WINDOWS) {
        await page.goto(route);
        await page.getByRole('main').getByRole('button', { name: opener }).first().click();
        await visitor.atRest();
        const name = `window-${theme}-${opener.replaceAll(/[^\p{L}]+/gu, '-')}`;
        await visitor.shoot(name);
        found.push(...(await complaintsOf(new AxeBuilder({ page }).disableRules('region'), name)));
      }
    }
    await visitor.leave();
    expect(found).toEqual([]);
  }, 900_000);
});
