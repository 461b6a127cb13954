import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { loadConfig, runMain, untilStopped } from '#core/config';
import { Authenticated, Public } from '#core/http';
import { ApiModule } from '../../apps/api/src/api.module.js';
import { createApi } from '../../apps/api/src/create-api.js';

const ANSWER = { data: [{ id: '0198f0c5-6f6e-7c53-9b1a-5d6a4f0e2c11', status: 'succeeded', credits: 5 }] };

/** One route twice: as anybody may call it, and as a member or key with a permission may. */
@Controller('bench')
class MeasuredController {
  @Get('open')
  @Public()
  open(): typeof ANSWER {
    return ANSWER;
  }

  @Get('guarded')
  @Authenticated({ permission: 'jobs:read' })
  guarded(): typeof ANSWER {
    return ANSWER;
  }
}

@Module({})
class MeasuredModule {}

/** The API with the two routes beside its own. */
runMain(async () => {
  const config = loadConfig();
  const app = await createApi(config, {
    module: MeasuredModule,
    imports: [ApiModule.forRoot(config)],
    controllers: [MeasuredController],
  });
  await app.listen(config.http.port, config.http.host);
  untilStopped(() => app.close(), config.shutdownTimeoutMs);
  process.send?.({ type: 'ready', url: await app.getUrl() });
});
