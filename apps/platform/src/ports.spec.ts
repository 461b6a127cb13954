import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { requirePort } from './ports.js';

let server: Server | undefined;

afterEach(() => void server?.close());

async function listenOn(host: string): Promise<number> {
  server = createServer().listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test.each(['0.0.0.0', '127.0.0.1'])('a port taken on %s is told with the way out', async (host) => {
  const port = await listenOn(host);
  await expect(requirePort('0.0.0.0', port)).rejects.toMatchObject({
    name: 'StartupError',
    message: `Port ${port} is taken by another program: stop it, or choose another port, for instance PORT=${port + 1}.`,
  });
});

test('a free port passes', async () => {
  const port = await listenOn('127.0.0.1');
  server?.close();
  if (server) await once(server, 'close');
  await expect(requirePort('0.0.0.0', port)).resolves.toBeUndefined();
});

test('a host that is not of this machine is named', async () => {
  await expect(requirePort('192.0.2.1', 0)).rejects.toThrow('HOST=192.0.2.1 is not an address of this machine');
});
