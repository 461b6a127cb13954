import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PlatformConfig } from '#core/config';
import type { Foundation } from './foundation.js';
import type { ServiceDefinition } from './service.js';
import { serviceEnvironment } from './service-environment.js';
import { StartupError } from './startup.errors.js';

export interface ServicesOptions {
  config: PlatformConfig;
  foundation: Pick<Foundation, 'apiUrl' | 'workerUrl' | 'directUrl' | 'appSecret' | 'bullBoardPassword' | 'dataDir'>;
  port: number;
  logFormat: 'json' | 'pretty';
  color: boolean;
  nodeFlags?: string[];
  /** Further variables for both services, stronger than the inherited ones. */
  extra?: Record<string, string>;
}

/** The API and the worker, each with a database login of its own. */
export function platformServices(options: ServicesOptions): ServiceDefinition[] {
  const { config, foundation, nodeFlags, extra, ...settings } = options;
  const define = (name: string, databaseUrl: string): ServiceDefinition => ({
    name,
    script: compiledScript(name),
    env: { ...serviceEnvironment(config, { ...foundation, ...settings, databaseUrl }), ...extra },
    nodeFlags,
  });
  return [define('api', foundation.apiUrl), define('worker', foundation.workerUrl)];
}

/** `dist/apps/<name>/src/main.js`, beside this program. */
function compiledScript(name: string): string {
  const script = fileURLToPath(new URL(`../../${name}/src/main.js`, import.meta.url));
  if (existsSync(script)) return script;
  throw new StartupError(`${script} is missing: run npm run build.`);
}
