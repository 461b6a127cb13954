import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { EVENT_TYPES } from './event-types.js';
import type { EventRow } from './events.repository.js';

/** A fact. */
export class EventDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: Object.keys(EVENT_TYPES), enumName: 'EventType' })
  type: string;

  @ApiProperty({ format: 'uuid' })
  organizationId: string;

  @ApiProperty({
    description:
      'Counts the events of the organization in the order of commits, without gaps but for those that are filtered out',
  })
  sequence: number;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'What it is about, e.g. the job' })
  subjectId: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  projectId: string | null;

  @ApiProperty({ description: 'About a test job' })
  testMode: boolean;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty({ type: 'object', additionalProperties: true })
  data: Record<string, unknown>;
}

export class EventPageDto {
  @ApiProperty({ type: [EventDto] })
  data: EventDto[];
}

/** The event as clients see it, in streams, webhooks and the pull API alike. */
export function toEventDto(event: EventRow): EventDto {
  return {
    id: event.id,
    type: event.type,
    organizationId: event.organizationId,
    sequence: Number(event.sequence),
    subjectId: event.subjectId,
    projectId: event.projectId,
    testMode: event.testMode,
    createdAt: event.createdAt,
    data: event.data,
  };
}

/** Documents a Server-Sent Events answer: each `data` is an event. */
export function EventStreamResponse(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(EventDto),
    ApiOkResponse({
      description: 'A stream; each `data` is an event as JSON, each `id` an event id',
      content: { 'text/event-stream': { schema: { $ref: getSchemaPath(EventDto) } } },
    }),
  );
}
