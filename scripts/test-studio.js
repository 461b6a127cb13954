/**
 * `npm run test:studio`: walks the Studio in a real browser. A machine without Chromium is told so and passes; with
 * CI=true it fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
];
const chromium = CANDIDATES.find((path) => path && existsSync(path));

if (!chromium) {
  process.stderr.write(
    '\n*** The Studio was NOT tested: no Chromium here. On Debian: apt-get install chromium-headless-shell ***\n\n',
  );
  process.exit(process.env.CI === 'true' ? 1 : 0);
}

const jest = ['node_modules/jest/bin/jest.js', '--config', 'test/studio/jest.config.js', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, ['--experimental-vm-modules', '--no-warnings', ...jest], {
  stdio: 'inherit',
  env: { ...process.env, CHROMIUM_PATH: chromium },
});
process.exit(status ?? 1);
