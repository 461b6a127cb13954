import { createServer } from 'node:net';
import { StartupError } from './startup.errors.js';

const LOOPBACK = ['127.0.0.1', '::1'];
const ANY_ADDRESS = new Set(['0.0.0.0', '::', '']);

/**
 * Proves that `port` can be listened on, before anything is started.
 *
 * With a wildcard host the loopback addresses are tried too: systems let a second program listen on them beside the
 * wildcard, and `localhost` would then reach that program instead of ours.
 */
export async function requirePort(host: string, port: number): Promise<void> {
  await requireListen(host, port);
  if (!ANY_ADDRESS.has(host)) return;
  for (const address of LOOPBACK) await requireListen(address, port, true);
}

async function requireListen(host: string, port: number, onlyIfTaken = false): Promise<void> {
  const fault = await tryToListen(host, port);
  if (fault === undefined || (onlyIfTaken && fault.code !== 'EADDRINUSE')) return;
  if (fault.code === 'EADDRINUSE') {
    throw new StartupError(
      `Port ${port} is taken by another program: stop it, or choose another port, for instance PORT=${port + 1}.`,
    );
  }
  if (fault.code === 'EACCES') {
    throw new StartupError(`This user may not listen on port ${port}: choose one above 1023, for instance PORT=3001.`);
  }
  if (fault.code === 'EADDRNOTAVAIL' || fault.code === 'ENOTFOUND') {
    throw new StartupError(`HOST=${host} is not an address of this machine: use 0.0.0.0 or 127.0.0.1.`);
  }
  throw new StartupError(`It is not possible to listen on ${host}:${port}: ${fault.message}.`);
}

function tryToListen(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
