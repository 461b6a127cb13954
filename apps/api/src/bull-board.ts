import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter as BoardAdapter } from '@bull-board/fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '#core/config';
import { safeEqual, sha256 } from '#core/crypto';
import { Queues, QUEUES } from '#core/queue';

export const BULL_BOARD_PATH = '/admin/queues';

/**
 * Mounts Bull Board for operators behind HTTP Basic (user `operator`). Without a password in the configuration it does
 * not exist.
 */
export async function mountBullBoard(app: NestFastifyApplication, config: AppConfig): Promise<void> {
  const { bullBoardPassword } = config;
  if (!bullBoardPassword) return;
  const queues = app.get(Queues);
  const serverAdapter = new BoardAdapter();
  serverAdapter.setBasePath(BULL_BOARD_PATH);
  createBullBoard({ queues: QUEUES.map((name) => new BullMQAdapter(queues.queue(name))), serverAdapter });
  const expected = sha256(`operator:${bullBoardPassword}`);
  await app.register(
    (instance, _options, done) => {
      instance.addHook('onRequest', (request, reply, next) => {
        const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
        const given = scheme === 'Basic' ? Buffer.from(value, 'base64').toString() : '';
        if (safeEqual(sha256(given), expected)) {
          next();
          return;
        }
        void reply
          .status(401)
          .header('www-authenticate', 'Basic realm="BASE Agency operators", charset="UTF-8"')
          .send();
      });
      void instance.register(serverAdapter.registerPlugin());
      done();
    },
    { prefix: BULL_BOARD_PATH },
  );
}
