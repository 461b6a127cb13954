import type { ClientRequest } from 'node:http';
import { DefaultHttpStack, type HttpRequest } from 'tus-js-client';

/** Ends requests of `tus-js-client` on which nothing moves any more; the client itself would wait for ever. */
export class PatientHttpStack extends DefaultHttpStack {
  constructor(private readonly silenceMs: number) {
    super({});
  }

  override createRequest(method: string, url: string): HttpRequest {
    const request = super.createRequest(method, url);
    const send = request.send.bind(request);
    request.send = (body) =>
      new Promise((resolve, reject) => {
        send(body).then(resolve, reject);
        const sent = request.getUnderlyingObject() as ClientRequest;
        sent.setTimeout(this.silenceMs, () => {
          const error = new Error(`nothing came for ${this.silenceMs} ms`);
          reject(error);
          sent.destroy(error);
        });
      });
    return request;
  }
}
