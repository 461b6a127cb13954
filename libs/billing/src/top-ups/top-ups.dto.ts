import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { OptionalField } from '#core/http';

export class BuyCreditsDto {
  @ApiProperty({ example: 'pack-10k', description: 'Of `GET /api/billing/plans`' })
  @IsString()
  @MaxLength(40)
  packId: string;

  @ApiPropertyOptional({ example: 'BRL', description: "BRL or USD. Left out: the organization's currency" })
  @OptionalField()
  @IsString()
  @MaxLength(10)
  currency?: string;
}

/** Buys a pack with the card on file whenever the balance falls below a threshold. Off after a declined card. */
export class AutoTopUpDto {
  @ApiProperty()
  @IsBoolean()
  enabled: boolean;

  @ApiProperty({ minimum: 1, maximum: 1_000_000_000, description: 'Below so many available credits' })
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  thresholdCredits: number;

  @ApiProperty({ example: 'pack-10k' })
  @IsString()
  @MaxLength(40)
  packId: string;

  @ApiProperty({ minimum: 1, maximum: 100, description: 'Packs a month (UTC) at most' })
  @IsInt()
  @Min(1)
  @Max(100)
  maxPerMonth: number;
}
