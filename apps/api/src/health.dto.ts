import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class LivenessDto {
  @ApiProperty({ enum: ['ok', 'down'], enumName: 'HealthStatus' })
  status: 'ok' | 'down';

  @ApiProperty({ example: '0.1.0' })
  version: string;

  @ApiProperty()
  uptimeSeconds: number;
}

export class HealthCheckDto {
  @ApiProperty({ enum: ['up', 'down'], enumName: 'CheckStatus' })
  status: 'up' | 'down';

  @ApiProperty()
  latencyMs: number;

  @ApiPropertyOptional({ description: 'What is wrong' })
  reason?: string;
}

export class HealthChecksDto {
  @ApiProperty({ type: HealthCheckDto })
  database: HealthCheckDto;

  @ApiProperty({ type: HealthCheckDto })
  queue: HealthCheckDto;

  @ApiProperty({ type: HealthCheckDto })
  storage: HealthCheckDto;
}

export class HealthDto extends LivenessDto {
  @ApiProperty({ type: HealthChecksDto })
  checks: HealthChecksDto;
}
