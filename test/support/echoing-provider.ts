import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How an echoing provider fails; each answer repeats the key it was sent. */
export type Echo = 'bad_request' | 'server_error' | 'garbage' | 'unauthorized';

/**
 * The worst provider there could be: it speaks OpenAI's protocol, fails every generation, and repeats the headers it was
 * sent in every answer. It knows every key but those told to be refused.
 */
export async function startEchoingProvider(refused: string) {
  let next: Echo = 'bad_request';
  let echoes = 0;
  const server = createServer((request, response) => {
    request.resume();
    const told = `Not with ${String(request.headers.authorization)}, as in ${JSON.stringify(request.headers)}`;
    const isRefused = request.headers.authorization?.includes(refused) === true;
    const isTest = request.method === 'GET' && !isRefused;
    if (!isTest && !isRefused) echoes += 1;
    const [status, body] = isRefused ? ECHOES.unauthorized(told) : isTest ? NO_MODELS : ECHOES[next](told);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    failWith: (echo: Echo) => (next = echo),
    get echoes() {
      return echoes;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

type Answer = [status: number, body: string];

const NO_MODELS: Answer = [200, '{"object":"list","data":[]}'];

const ECHOES: Record<Echo, (told: string) => Answer> = {
  bad_request: (told) => [400, failure(told)],
  unauthorized: (told) => [401, failure(told)],
  server_error: (told) => [500, told],
  garbage: (told) => [200, JSON.stringify({ data: told })],
};

function failure(message: string): string {
  return JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
}
