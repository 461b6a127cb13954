import { ApiProperty } from '@nestjs/swagger';

export const PROVIDER_STATES = ['healthy', 'degraded', 'down', 'unknown'] as const;
export type ProviderState = (typeof PROVIDER_STATES)[number];

/** The jobs that ended in the last hour. */
export class ProviderHourDto {
  @ApiProperty()
  jobs: number;

  @ApiProperty()
  succeeded: number;

  @ApiProperty()
  failed: number;

  @ApiProperty({ description: 'Nobody knows whether the provider made them; nobody was charged' })
  unknownOutcomes: number;

  @ApiProperty({ type: Number, nullable: true, description: 'From start to end, half of them' })
  medianMs: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'From start to end, all but one in twenty' })
  p95Ms: number | null;
}

export class ProviderStatusDto {
  @ApiProperty({ example: 'openai' })
  provider: string;

  @ApiProperty({
    description: 'The installation has a key of its own; only then is the provider asked how it is doing',
  })
  configured: boolean;

  @ApiProperty({
    enum: PROVIDER_STATES,
    description: '`degraded`: slow, or it refuses or limits our key; `unknown`: it was never asked',
  })
  state: ProviderState;

  @ApiProperty({ type: Number, nullable: true, description: 'Of the last check' })
  latencyMs: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'What was wrong at the last check' })
  detail: string | null;

  @ApiProperty({ type: Date, nullable: true })
  checkedAt: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'Since when it has been in this state' })
  changedAt: Date | null;

  @ApiProperty({
    type: Date,
    nullable: true,
    description:
      'When a job last met that our key is refused; null: it was accepted since. For five minutes after it, new jobs of ' +
      'organizations without a key of their own are refused with `ai.model_unavailable`, and its models are unavailable',
  })
  keyRefusedAt: Date | null;

  @ApiProperty({ type: ProviderHourDto })
  lastHour: ProviderHourDto;
}

export class ProviderStatusesDto {
  @ApiProperty({ type: [ProviderStatusDto] })
  data: ProviderStatusDto[];
}
