import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody else's web server, on loopback, that holds the files it is given. */
export class FileServer {
  private readonly files = new Map<string, { content: Buffer; type: string }>();
  /** The paths that were asked for, in their order. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FileServer> {
    const server = createServer();
    const files = new FileServer(server);
    server.on('request', (request, response) => {
      const path = request.url ?? '/';
      files.asked.push(path);
      const file = files.files.get(path.split('?', 1)[0] ?? '');
      if (file) response.writeHead(200, { 'content-type': file.type }).end(file.content);
      else response.writeHead(404).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return files;
  }

  /** @returns the address of the file */
  put(name: string, content: Buffer, type = 'application/octet-stream'): string {
    this.files.set(`/${name}`, { content, type });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${name}`;
  }

  remove(name: string): void {
    this.files.delete(`/${name}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
