import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readLines } from './line-reader.js';

/** Taken when it is free, else the next one: a page that is open finds its server again after a restart. */
const PORT = 5173;

export interface StudioDevServer {
  /** Where the Studio is, once it is; undefined when the server ended before. */
  url: Promise<string | undefined>;
  stop: () => Promise<void>;
}

/** The Studio with hot reload, in a process of its own; what it asks of the API goes to `apiUrl`. */
export function startStudioDevServer(apiUrl: string, inherited: Record<string, string>): StudioDevServer {
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(process.execPath, [vite, 'apps/studio', '--port', String(PORT)], {
    env: { ...inherited, STUDIO_API_PROXY: apiUrl, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const said = new Promise<string>((resolve) => {
    readLines(child.stdout, (line) => {
      const url = /https?:\/\/\S+/.exec(line)?.[0];
      if (url) resolve(url);
    });
  });
  return {
    url: Promise.race([said, ended.then(() => undefined)]),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
