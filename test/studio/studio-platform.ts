import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';
import { freePort } from '#core/embedded';
import { type AuthenticationDto, createBaseClient, login } from '#sdk';
import { eventually } from '../support/eventually.js';

const run = promisify(execFile);

/** Where the screenshots go; an ignored folder. */
export const SHOTS = 'test-output/studio';

/** A whole platform as `npm start` makes it, on a free port with data of its own, and a browser in front of it. */
export class StudioPlatform {
  private constructor(
    readonly url: string,
    readonly browser: Browser,
    private readonly processId: number,
    private readonly directory: string,
    private readonly stopPlatform: () => Promise<void>,
  ) {}

  /** @param environment beyond what every platform here gets */
  static async start(environment: Record<string, string> = {}): Promise<StudioPlatform> {
    const directory = await mkdtemp(join(tmpdir(), 'base-studio-'));
    // PostgreSQL runs as a user of its own when the tests run as root.
    await chmod(directory, 0o755);
    const port = await freePort();
    const url = `http://localhost:${port}`;
    await mkdir(SHOTS, { recursive: true });
    const platform = spawn(process.execPath, ['dist/apps/platform/src/main.js', 'start'], {
      env: {
        ...process.env,
        PORT: String(port),
        DATA_DIR: directory,
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'json',
        RATE_LIMIT_FACTOR: '50',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [platform.stdout, platform.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4000)));
    }
    const ended = new Promise<void>((resolve) => platform.once('close', () => resolve()));
    const stop = async () => {
      platform.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    };
    try {
      await eventually(
        async () => {
          if (platform.exitCode !== null) throw new Error(`The platform did not start:\n${output}`);
          const response = await fetch(`${url}/api/health/ready`).catch(() => undefined);
          return response?.ok;
        },
        'the platform serves',
        120_000,
      );
      const executablePath = process.env['CHROMIUM_PATH'];
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
      return new StudioPlatform(url, browser, platform.pid ?? 0, directory, stop);
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** A browser of its own, as a new person has it. */
  async visitor(
    options: { width?: number; height?: number; language?: string; hasTouch?: boolean } = {},
  ): Promise<Visitor> {
    const context = await this.browser.newContext({
      baseURL: this.url,
      viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
      locale: options.language ?? 'pt-BR',
      hasTouch: options.hasTouch ?? false,
    });
    return new Visitor(context, await context.newPage());
  }

  /** Signs in beside the browser. */
  async signIn(email: string, password: string): Promise<AuthenticationDto> {
    const client = createBaseClient({ baseUrl: this.url });
    return (await login({ client, body: { email, password }, throwOnError: true })).data;
  }

  /** As `npm run operator` makes somebody a platform operator, whose address is confirmed. */
  async addOperator(email: string): Promise<void> {
    const env = { ...process.env, DATA_DIR: this.directory };
    await run(process.execPath, ['dist/apps/platform/src/main.js', 'operator', 'add', email], { env });
  }

  /** The token in the link of the newest mail to somebody, once it has come. */
  async mailedToken(to: string): Promise<string> {
    let token: string | undefined;
    await eventually(async () => {
      const folder = join(this.directory, 'mailbox');
      const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
      for (const name of names) {
        const mail = JSON.parse(await readFile(join(folder, name), 'utf8')) as { to: string; text: string };
        if (mail.to === to) token = /#token=([^\s>"]+)/.exec(mail.text)?.[1] ?? token;
      }
      return token !== undefined;
    }, `a mail to ${to} has come`);
    return token ?? '';
  }

  /** Ends the API's process without a word, as a fault would; the platform starts another. */
  async killApi(): Promise<void> {
    const children = await readFile(`/proc/${this.processId}/task/${this.processId}/children`, 'utf8');
    for (const child of children.trim().split(' ')) {
      const command = await readFile(`/proc/${child}/cmdline`, 'utf8');
      if (command.includes('apps/api')) process.kill(Number(child), 'SIGKILL');
    }
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.stopPlatform();
  }
}

let people = 0;

/** Asked in the browser, whose globals this program's types do not have. */
async function tenStillFrames(): Promise<void> {
  const { document, requestAnimationFrame } = globalThis as unknown as {
    document: { getAnimations: () => { playState: string }[] };
    requestAnimationFrame: (then: () => void) => void;
  };
  for (let still = 0; still < 10;) {
    await new Promise<void>((resolve) => requestAnimationFrame(resolve));
    still = document.getAnimations().every(({ playState }) => playState !== 'running') ? still + 1 : 0;
  }
}

/** Somebody in front of a browser. */
export class Visitor {
  /** What the browser complained about: no story may leave any, save refusals that it is about. */
  readonly complaints: string[] = [];
  /** Requests of any tab that have no whole answer yet, save those that have no end. */
  private readonly open = new Set<Request>();

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    this.watch(page);
  }

  private watch(page: Page): void {
    page.on('request', (request) => {
      // Players ask for pieces of a film as long as they play.
      const isEndless = new URL(request.url()).pathname === '/api/events/stream' || request.resourceType() === 'media';
      if (!isEndless) this.open.add(request);
    });
    page.on('requestfinished', (request) => this.open.delete(request));
    page.on('requestfailed', (request) => this.open.delete(request));
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A refused request is the server's answer, not a fault of the page.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.complaints.push(message.text());
      }
    });
  }

  async openTab(path: string): Promise<Page> {
    const page = await this.context.newPage();
    this.watch(page);
    await page.goto(path);
    return page;
  }

  /** Makes an account and waits for the Studio. @returns what it signs in with */
  async signUp(): Promise<{ email: string; password: string }> {
    people += 1;
    const account = { email: `ana.${Date.now()}.${people}@estudio.example`, password: 'girafa lua vidro 79' };
    await this.page.goto('/register');
    await this.fillRegistration(account);
    await this.page.getByText('O que vamos criar').waitFor();
    return account;
  }

  async fillRegistration(account: { email: string; password: string }): Promise<void> {
    await this.page.getByLabel('Seu nome').fill('Ana Prado');
    await this.page.getByLabel('E-mail de trabalho').fill(account.email);
    await this.page.getByLabel('Senha', { exact: true }).fill(account.password);
    await this.page.getByRole('button', { name: 'Criar conta' }).click();
  }

  /** Writes a description and sends it with Enter. */
  async ask(text: string, label = 'Descreva a imagem'): Promise<void> {
    const field = this.page.getByLabel(label);
    await field.fill(text);
    await field.press('Enter');
  }

  /** Waits until every request has its answer, and nothing has moved for ten frames since. */
  async atRest(): Promise<void> {
    do {
      await eventually(() => Promise.resolve(this.open.size === 0), 'the page has what it asked for', 60_000).catch(
        (cause: unknown) => {
          throw new Error(`Without an answer: ${[...this.open].map((request) => request.url()).join(' ')}`, { cause });
        },
      );
      await this.page.evaluate(tenStillFrames);
    } while (this.open.size > 0);
  }

  /** What axe finds on the page, or in a part of it. */
  async accessFaults(part = 'html'): Promise<string[]> {
    await this.atRest();
    const { violations } = await new AxeBuilder({ page: this.page }).include(part).analyze();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  }

  async shoot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
