import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { StudioPlatform, type Visitor } from './studio-platform.js';

const PATIENT = { timeout: 90_000 };
const PICTURE = 'img[src*="/api/files/"]';
const PROMPTS = ['Um farol ao entardecer', 'Duas xícaras de café', 'Uma floresta com neblina'];

let platform: StudioPlatform;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  platform = await StudioPlatform.start();
  visitor = await platform.visitor();
  ({ page } = visitor);
  await visitor.signUp();
  // One after the other: the gallery is in the order in which they were done.
  for (const [index, prompt] of PROMPTS.entries()) {
    await visitor.ask(prompt);
    await page.locator(PICTURE).nth(index).waitFor(PATIENT);
  }
});

afterEach(() => {
  expect(visitor.complaints).toEqual([]);
});

afterAll(async () => {
  await visitor.leave();
  await platform.stop();
});

const tiles = () => page.locator('[data-gallery] [role=gridcell]');
const tile = (prompt: string) => page.getByRole('link', { name: `Abrir: ${prompt}` });
const select = (prompt: string) => page.getByRole('checkbox', { name: `Selecionar: ${prompt}` }).check({ force: true });
const shows = (count: number) =>
  page.waitForFunction(
    (wanted) =>
      (
        globalThis as unknown as { document: { querySelectorAll: (selector: string) => { length: number } } }
      ).document.querySelectorAll('[data-gallery] [role=gridcell]').length === wanted,
    count,
  );

describe('what was made', () => {
  it('is found by a word in another form, and the search is in the address', async () => {
    await page.goto('/gallery');
    await shows(3);
    await page.getByRole('searchbox').fill('xícara');
    await page.waitForURL(/q=/);
    await shows(1);
    await tile('Duas xícaras de café').waitFor();
    await page.reload();
    await shows(1);
    await page.getByRole('searchbox').fill('zebra');
    await page.getByText('Nada encontrado').waitFor();
    await visitor.shoot('gallery-none');
    await page.getByRole('link', { name: 'Mostrar tudo' }).click();
    await shows(3);
  });

  it('is narrowed by kind, day and model', async () => {
    await page.goto('/gallery');
    await page.getByRole('radio', { name: 'Vídeo' }).check();
    await page.getByText('Nada encontrado').waitFor();
    await page.getByRole('radio', { name: 'Tudo' }).check();
    await page.getByRole('button', { name: 'Filtros' }).click();
    await page.getByLabel('Modelo').selectOption({ label: 'Sandbox Image' });
    await page.getByLabel('De', { exact: true }).fill('2020-01-01');
    await visitor.shoot('gallery-filters');
    await page.getByLabel('Até').fill('2020-01-02');
    await page.getByText('Nada encontrado').waitFor();
    await page.getByRole('button', { name: 'Limpar filtros' }).click();
    await shows(3);
    expect(new URL(page.url()).search).toBe('');
  });

  it('is a favourite after a reload too', async () => {
    await page.goto('/gallery');
    await tile(PROMPTS[0] ?? '').hover();
    await page.getByRole('button', { name: `Favorito: ${PROMPTS[0]}` }).click();
    await visitor.shoot('gallery-hover');
    await page.getByRole('button', { name: 'Só favoritos' }).click();
    await shows(1);
    await page.reload();
    await shows(1);
    await page.getByRole('button', { name: `Favorito: ${PROMPTS[0]}` }).click();
    await page.getByText('Nenhum favorito ainda').waitFor();
  });

  it('is deleted with a way back, and rests in the bin', async () => {
    await page.goto('/gallery');
    await select(PROMPTS[0] ?? '');
    await select(PROMPTS[1] ?? '');
    await visitor.shoot('gallery-selected');
    await page.getByRole('button', { name: 'Excluir' }).click();
    await shows(1);
    await page.getByRole('button', { name: 'Desfazer' }).click();
    await shows(3);
    await select(PROMPTS[2] ?? '');
    await page.getByRole('button', { name: 'Excluir' }).click();
    await shows(2);
    await page.getByRole('link', { name: 'Lixeira' }).click();
    await shows(1);
    await visitor.shoot('bin');
    await select(PROMPTS[2] ?? '');
    await page.getByRole('button', { name: 'Restaurar' }).click();
    await page.getByText('A lixeira está vazia').waitFor();
    await page.getByRole('link', { name: 'Sair da lixeira' }).click();
    await shows(3);
  });
});

describe('by keys alone', () => {
  /** What has the focus, by its name. */
  const focused = async () =>
    page.evaluate(() => {
      const { document } = globalThis as unknown as {
        document: { activeElement: { getAttribute: (name: string) => string | null } | null };
      };
      return document.activeElement?.getAttribute('aria-label');
    });
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  it('the gallery is one stop, gone through by arrows, selected by the space bar, opened and left by Enter and Esc', async () => {
    await page.goto('/gallery');
    await shows(3);
    await press('Tab');
    await page.getByText('Ir para o conteúdo').waitFor();
    await press('Enter');
    await tile(PROMPTS[2] ?? '').focus();
    await press('ArrowRight');
    expect(await focused()).toBe(`Abrir: ${PROMPTS[1]}`);
    await press('End');
    expect(await focused()).toBe(`Abrir: ${PROMPTS[0]}`);
    await press('ArrowRight');
    expect(await focused()).toBe(`Abrir: ${PROMPTS[0]}`);
    await press('Control+Home', 'Space', 'ArrowRight', 'Shift+Space');
    await page.getByText('2 selecionados').waitFor();
    expect(await visitor.accessFaults()).toEqual([]);
    await press('Escape');
    await page.getByText('2 selecionados').waitFor({ state: 'detached' });
    // Beside the file, Tab reaches what can be done with it, and then what is after the gallery.
    await press('Tab');
    expect(await focused()).toBe(`Selecionar: ${PROMPTS[1]}`);
    await press('Tab');
    expect(await focused()).toBe(`Favorito: ${PROMPTS[1]}`);
    await press('Shift+Tab', 'Shift+Tab', 'Enter');
    await page.getByRole('dialog', { name: 'Visualização' }).waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused()).toBe(`Abrir: ${PROMPTS[1]}`);
    await press('?');
    const help = page.getByRole('dialog', { name: 'Atalhos' });
    for (const text of ['Ir de um arquivo a outro', 'Anterior, próximo', 'Ampliar, reduzir, ajustar']) {
      await help.getByText(text).waitFor();
    }
    await visitor.shoot('shortcuts');
    await press('Escape');
    await help.waitFor({ state: 'detached' });
    expect(await focused()).toBe(`Abrir: ${PROMPTS[1]}`);
  });

  it('the focus stays with its file when that is scrolled out of sight', async () => {
    await page.setViewportSize({ width: 390, height: 500 });
    await tile(PROMPTS[2] ?? '').focus();
    await page.mouse.move(200, 350);
    await page.mouse.wheel(0, 5000);
    await tile(PROMPTS[0] ?? '').waitFor();
    expect(await focused()).toBe(`Abrir: ${PROMPTS[2]}`);
    await press('ArrowRight');
    expect(await focused()).toBe(`Abrir: ${PROMPTS[1]}`);
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});

describe('one file', () => {
  const idOf = async (prompt: string) => {
    const href = await tile(prompt).getAttribute('href');
    return new URLSearchParams(href?.split('?')[1]).get('view') ?? '';
  };
  const opened = () => page.getByRole('dialog', { name: 'Visualização' });
  const shown = (index: number) =>
    opened()
      .getByText(PROMPTS[index] ?? '')
      .first()
      .waitFor();

  it('opens from a link wherever it is, and leads to those beside it both ways', async () => {
    await page.goto('/gallery');
    const [lighthouse, forest] = [await idOf(PROMPTS[0] ?? ''), await idOf(PROMPTS[2] ?? '')];
    await tile(PROMPTS[1] ?? '').hover();
    // Seen at once; the next page is to know it too.
    const isKept = page.waitForResponse((response) => response.url().includes('/api/studio/favorites/'));
    await page.getByRole('button', { name: `Favorito: ${PROMPTS[1]}` }).click();
    await isKept;
    // Neither is among what the gallery lists.
    await page.goto(`/gallery?favorites=true&view=${lighthouse}`);
    await shown(0);
    await page.getByRole('button', { name: 'Anterior' }).click();
    await shown(1);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.searchParams.has('view'));
    await shows(1);
    await page.goto(`/gallery?q=xícara&view=${forest}`);
    await shown(2);
    await page.getByRole('button', { name: 'Próximo' }).click();
    await shown(1);
    await opened()
      .getByRole('button', { name: `Favorito: ${PROMPTS[1]}` })
      .click();
    await opened()
      .getByRole('button', { name: `Favorito: ${PROMPTS[1]}`, pressed: false })
      .waitFor();
  });

  it('that is gone is told so, and the gallery stays', async () => {
    await page.goto('/gallery?view=00000000-0000-4000-8000-000000000000');
    await page.getByText('Este arquivo não existe mais').waitFor();
    await shows(3);
    expect(new URL(page.url()).search).toBe('');
  });

  it('is shared from where it is looked at, and closing leads back to where it was opened', async () => {
    await page.goto('/gallery');
    await tile(PROMPTS[0] ?? '').click();
    await page.getByRole('button', { name: 'Compartilhar' }).click();
    await page.getByLabel('Validade do link').press('ArrowDown');
    await page.getByRole('button', { name: 'Criar link' }).click();
    expect(await page.getByLabel('Link', { exact: true }).inputValue()).toContain('/shared/');
    await visitor.shoot('share-from-lightbox');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'O link está pronto' }).waitFor({ state: 'detached' });
    await shown(0);
    await page.keyboard.press('Escape');
    await opened().waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
  });
});

describe('projects', () => {
  it('are made, filled, renamed, put away and deleted; the files stay', async () => {
    await page.goto('/projects');
    await page.getByText('Junte o que pertence junto').waitFor();
    await visitor.shoot('projects-none');
    await page.getByRole('button', { name: 'Criar projeto' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Criar projeto' }).click();
    await page.getByText('Preencha este campo.').waitFor();
    await page.getByRole('dialog').getByLabel('Nome').fill('Campanha de verão');
    await page.getByRole('dialog').getByRole('button', { name: 'Criar projeto' }).click();
    await page.getByRole('heading', { name: 'Campanha de verão' }).waitFor();
    await page.getByText('Este projeto está vazio').waitFor();
    await visitor.shoot('project-empty');
    const board = page.url();

    await page.goto('/gallery');
    await select(PROMPTS[0] ?? '');
    await select(PROMPTS[1] ?? '');
    await page.getByRole('button', { name: 'Mover' }).click();
    await page.getByRole('menuitem', { name: 'Campanha de verão' }).click();
    await page.getByText('2 arquivos estão agora em Campanha de verão').waitFor();
    await page.getByRole('link', { name: 'Projetos' }).first().click();
    await page.getByText('2 arquivos', { exact: false }).first().waitFor();
    await visitor.shoot('projects');
    await page.getByRole('link', { name: /Campanha de verão/ }).click();
    await shows(2);
    await visitor.shoot('project');

    await page.getByRole('button', { name: 'Ações do projeto' }).click();
    await page.getByRole('menuitem', { name: 'Editar projeto' }).click();
    await page.getByRole('dialog').getByLabel('Nome').fill('Campanha de inverno');
    await page.getByRole('button', { name: 'Salvar' }).click();
    await page.getByRole('heading', { name: 'Campanha de inverno' }).waitFor();

    await page.getByRole('button', { name: 'Ações do projeto' }).click();
    await page.getByRole('menuitem', { name: 'Arquivar' }).click();
    await page.getByText('Arquivado', { exact: true }).waitFor();
    await page.goto('/projects?archived=true');
    await page.getByRole('link', { name: /Campanha de inverno/ }).waitFor();
    await page.goto(board);
    await page.getByRole('button', { name: 'Ações do projeto' }).click();
    await page.getByRole('menuitem', { name: 'Excluir projeto' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Excluir projeto' }).click();
    await page.waitForURL(/\/projects$/);
    await page.goto('/gallery');
    await shows(3);
    expect(await tiles().count()).toBe(3);
  });

  it('take what is made for them', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Guardar em: Sem projeto' }).click();
    await page.getByRole('menuitem', { name: 'Novo projeto' }).click();
    await page.getByRole('dialog').getByLabel('Nome').fill('Cliente novo');
    await page.getByRole('dialog').getByRole('button', { name: 'Criar projeto' }).click();
    await page.getByRole('button', { name: 'Guardar em: Cliente novo' }).waitFor();
    await visitor.ask('Um balão sobre a cidade');
    await page.getByRole('img', { name: 'Um balão sobre a cidade' }).waitFor(PATIENT);
    await page.goto('/projects');
    await page.getByRole('link', { name: /Cliente novo/ }).click();
    await tile('Um balão sobre a cidade').waitFor();
    await page.reload();
    await tile('Um balão sobre a cidade').waitFor();
  });
});
