import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HealthProbes } from '#core/health';
import { Public } from '#core/http';
import { Unlimited } from '#core/limits';
import { HealthDto, LivenessDto } from './health.dto.js';
import { VERSION } from './version.js';

@ApiTags('health')
@Controller('api/health')
export class HealthController {
  constructor(private readonly probes: HealthProbes) {}

  @Get()
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'getHealth', summary: 'The platform and everything it depends on' })
  @ApiOkResponse({ type: HealthDto })
  @ApiServiceUnavailableResponse({ type: HealthDto, description: 'Something is down; `checks` names it' })
  async getHealth(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthDto> {
    const { healthy, checks } = await this.probes.report();
    void reply.status(healthy ? 200 : 503);
    return { status: healthy ? 'ok' : 'down', version: VERSION, uptimeSeconds: Math.floor(process.uptime()), checks };
  }

  @Get('live')
  @Public()
  @Unlimited()
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'getLiveness', summary: 'The process answers; a failure here means: restart it' })
  @ApiOkResponse({ type: LivenessDto })
  getLiveness(): LivenessDto {
    return { status: 'ok', version: VERSION, uptimeSeconds: Math.floor(process.uptime()) };
  }

  @Get('ready')
  @Public()
  @Unlimited()
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Requests can be served; a failure here means: send none' })
  @ApiOkResponse({ type: HealthDto })
  @ApiServiceUnavailableResponse({ type: HealthDto })
  getReadiness(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthDto> {
    return this.getHealth(reply);
  }
}
