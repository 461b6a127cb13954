/**
 * `npm start` and its sisters: compiles what changed, then runs the command in this same process, so that signals
 * reach the platform itself and not a shell around it.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const { status } = spawnSync('npm', ['run', 'build', '--silent'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (status !== 0) {
  process.stderr.write('The sources could not be compiled: run npm ci, then npm run build.\n');
  process.exit(1);
}
await import('../../dist/apps/platform/src/main.js');
