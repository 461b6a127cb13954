import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Db, InjectDb, withTenant } from '#core/db';
import {
  EventPageDto,
  EventsRepository,
  EventStreamResponse,
  EventStreams,
  openEventStream,
  toEventDto,
} from '#core/events';
import { Authenticated, CurrentTenant, isUuid, type Tenant } from '#core/http';
import { FollowEventsQuery, ListEventsQuery } from './events.dto.js';

@ApiTags('events')
@Controller('api/events')
export class EventsController {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly events: EventsRepository,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @Authenticated({ permission: 'events:read' })
  @ApiOperation({ operationId: 'listEvents', summary: 'The event log after a sequence, oldest first' })
  @ApiOkResponse({ type: EventPageDto })
  async listEvents(@CurrentTenant() tenant: Tenant, @Query() query: ListEventsQuery): Promise<EventPageDto> {
    const events = await withTenant(this.db, tenant.claims, (trx) =>
      this.events.listAfter(
        trx,
        tenant.organization.id,
        BigInt(query.after ?? 0),
        query.filterFor(tenant),
        query.limit ?? 100,
      ),
    );
    return { data: events.map(toEventDto) };
  }

  @Get('stream')
  @Authenticated({ permission: 'events:read' })
  @ApiOperation({
    operationId: 'streamEvents',
    summary: 'Follow the organization (Server-Sent Events)',
    description:
      'Starts now, or after `Last-Event-ID`. The connection is closed at least every 30 minutes; come back with the last id.',
  })
  @EventStreamResponse()
  @ApiHeader({ name: 'Last-Event-ID', required: false })
  async streamEvents(
    @CurrentTenant() tenant: Tenant,
    @Query() query: FollowEventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const organizationId = tenant.organization.id;
    const afterSequence =
      lastEventId && isUuid(lastEventId)
        ? await withTenant(this.db, tenant.claims, (trx) => this.events.sequenceOf(trx, organizationId, lastEventId))
        : undefined;
    await openEventStream({
      streams: this.streams,
      request,
      reply,
      organizationId,
      afterSequence,
      filter: query.filterFor(tenant),
    });
  }
}
