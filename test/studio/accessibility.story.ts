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
type Theme = (typeof THEMES)[number];
const OCCASIONS = LANGUAGES.flatMap((language) => SIZES.map((size) => ({ language, ...size })));
type Look = (typeof OCCASIONS)[number] & { theme: Theme };

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

beforeAll(async () => {
  platform = await StudioPlatform.start();
});

afterAll(async () => {
  await platform.stop();
});

/** Looks at a page when it has come to rest. @returns what axe found */
async function inspect(visitor: Visitor, route: string, look: Look): Promise<string[]> {
  const { page } = visitor;
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

/** Sets text twice as large, as people with weak eyes do. @returns by how many pixels the page is too wide then */
function excessAtDoubleText(): number {
  interface Box {
    scrollWidth: number;
    clientWidth: number;
    style: { fontSize: string };
  }
  const { document } = globalThis as unknown as {
    document: { documentElement: Box; querySelectorAll: (selector: string) => Iterable<Box> };
  };
  document.documentElement.style.fontSize = '200%';
  const boxes = [document.documentElement, ...document.querySelectorAll('[role=dialog]')];
  return Math.max(...boxes.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
}

/** Which pages of a narrow screen must be scrolled sideways when text is twice as large. */
async function atDoubleText(visitor: Visitor, routes: readonly string[]): Promise<string[]> {
  const tooWide: string[] = [];
  const size = visitor.page.viewportSize();
  await visitor.page.setViewportSize({ width: 390, height: 844 });
  for (const route of routes) {
    await visitor.page.goto(route);
    await visitor.atRest();
    if ((await visitor.page.evaluate(excessAtDoubleText)) > 0) tooWide.push(`${route} with text twice as large`);
  }
  if (size) await visitor.page.setViewportSize(size);
  return tooWide;
}

async function wear({ page }: Visitor, look: Look): Promise<void> {
  await page.setViewportSize(look);
  await page.evaluate(({ theme, language }) => {
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

/** Somebody who wants no movement. */
async function calmVisitor(): Promise<Visitor> {
  const visitor = await platform.visitor();
  await visitor.page.emulateMedia({ reducedMotion: 'reduce' });
  return visitor;
}

/** Two visitors at once, one in each theme: while one waits for the server, axe looks at the other's page. */
async function inBothThemes(walk: (theme: Theme) => Promise<string[]>): Promise<string[]> {
  return (await Promise.all(THEMES.map(walk))).flat();
}

/** Makes a picture and shares it. @returns everything that a member sees */
async function furnish(visitor: Visitor): Promise<string[]> {
  const { page } = visitor;
  await page.goto('/');
  await visitor.ask('Um farol ao entardecer');
  await page.locator(PICTURE).first().waitFor({ timeout: 90_000 });
  await page.goto('/gallery');
  const open = page.getByRole('link', { name: /Abrir/ }).first();
  const file = (await open.getAttribute('href')) ?? '';
  return [
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
}

async function openWindows(visitor: Visitor, theme: Theme): Promise<string[]> {
  const { page } = visitor;
  const found: string[] = [];
  for (const [route, opener] of WINDOWS) {
    await page.goto(route);
    await page.getByRole('main').getByRole('button', { name: opener }).first().click();
    await visitor.atRest();
    const name = `window-${theme}-${opener.replaceAll(/[^\p{L}]+/gu, '-')}`;
    await visitor.shoot(name);
    found.push(...(await complaintsOf(new AxeBuilder({ page }).disableRules('region'), name)));
  }
  return found;
}

describe('axe finds nothing', () => {
  it.each(OCCASIONS)('outside, in both themes, $language, $width px', async (occasion) => {
    const found = await inBothThemes(async (theme) => {
      const visitor = await calmVisitor();
      const look = { theme, ...occasion };
      await visitor.page.goto('/login');
      await wear(visitor, look);
      const faults: string[] = [];
      for (const route of OUTSIDE) faults.push(...(await inspect(visitor, route, look)));
      if (look.width < 400) faults.push(...(await atDoubleText(visitor, OUTSIDE)));
      await visitor.leave();
      return faults;
    });
    expect(found).toEqual([]);
  });

  it('inside, in every look', async () => {
    const found = await inBothThemes(async (theme) => {
      const visitor = await calmVisitor();
      await visitor.signUp();
      const faults: string[] = [];
      const inEveryLook = async (routes: string[]) => {
        for (const occasion of OCCASIONS) {
          const look = { theme, ...occasion };
          await wear(visitor, look);
          for (const route of routes) faults.push(...(await inspect(visitor, route, look)));
        }
        await wear(visitor, { theme, language: 'pt-BR', width: 1440, height: 900 });
      };
      // Before there is anything, and after.
      await inEveryLook(['/']);
      const routes = await furnish(visitor);
      await inEveryLook(routes);
      faults.push(...(await atDoubleText(visitor, routes)));
      faults.push(...(await openWindows(visitor, theme)));
      await visitor.leave();
      return faults;
    });
    expect(found).toEqual([]);
  }, 900_000);
});
