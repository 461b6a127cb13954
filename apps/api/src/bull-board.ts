import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter as BoardAdapter } from '@bull-board/fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '#core/config';
import { Unauthenticated } from '#core/errors';
import { isOperatorPassword, OPERATOR_CHALLENGE, toProblem } from '#core/http';
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
  await app.register(
    (instance, _options, done) => {
      instance.addHook('onRequest', (request, reply, next) => {
        if (isOperatorPassword(request.headers.authorization, bullBoardPassword)) {
          next();
          return;
        }
        void reply
          .status(401)
          .header('www-authenticate', OPERATOR_CHALLENGE)
          .header('content-type', 'application/problem+json')
          .send(JSON.stringify(toProblem(Unauthenticated(), request.id)));
      });
      void instance.register(serverAdapter.registerPlugin());
      done();
    },
    { prefix: BULL_BOARD_PATH },
  );
}
