import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, Length, Matches, Max, Min, ValidateIf } from 'class-validator';
import { DisplayName, OptionalField } from '#core/http';
import { KEY_PROVIDERS, type KeyProvider } from './provider-key.js';

export const PROVIDER_KEY_STATUSES = ['active', 'disabled', 'refused'] as const;
export type ProviderKeyStatus = (typeof PROVIDER_KEY_STATUSES)[number];

/** What a header can carry. The length keeps out what is surely no key, and pasted files. */
const IsSecret = (): PropertyDecorator => (target, key) => {
  Length(12, 512)(target, key);
  Matches(/^[\x21-\x7e]*$/, { message: 'must be printable ASCII without spaces' })(target, key);
};

const SECRET = {
  minLength: 12,
  maxLength: 512,
  writeOnly: true,
  description: 'The key, as the provider shows it. It is never shown again',
  example: 'sk-proj-…',
} as const;

const MAX_CONCURRENT = {
  type: Number,
  minimum: 1,
  maximum: 1000,
  nullable: true,
  description: 'So many generations at once; null: as many as the provider is known to allow',
} as const;

/** A number of places, or `null`. */
const IsConcurrency = (): PropertyDecorator => (target, key) => {
  ValidateIf((_, value: unknown) => value !== undefined && value !== null)(target, key);
  IsInt()(target, key);
  Min(MAX_CONCURRENT.minimum)(target, key);
  Max(MAX_CONCURRENT.maximum)(target, key);
};

export class CreateProviderKeyDto {
  @ApiProperty({ enum: KEY_PROVIDERS, enumName: 'KeyProvider' })
  @IsIn(KEY_PROVIDERS)
  provider: KeyProvider;

  @ApiProperty({ minLength: 1, maxLength: 120, example: 'Our OpenAI account' })
  @DisplayName()
  name: string;

  @ApiProperty(SECRET)
  @IsSecret()
  secret: string;

  @ApiPropertyOptional(MAX_CONCURRENT)
  @IsConcurrency()
  maxConcurrent?: number | null;
}

export class UpdateProviderKeyDto {
  @ApiPropertyOptional({ minLength: 1, maxLength: 120 })
  @OptionalField()
  @DisplayName()
  name?: string;

  @ApiPropertyOptional({ description: 'false: kept, but not used' })
  @OptionalField()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional(MAX_CONCURRENT)
  @IsConcurrency()
  maxConcurrent?: number | null;
}

export class ReplaceProviderKeySecretDto {
  @ApiProperty(SECRET)
  @IsSecret()
  secret: string;
}

export class ProviderKeyDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: KEY_PROVIDERS, enumName: 'KeyProvider' })
  provider: string;

  @ApiProperty({ example: 'Our OpenAI account' })
  name: string;

  @ApiProperty({ example: '…9f3K', description: 'The last four characters: all that is ever shown of the key' })
  masked: string;

  @ApiProperty({
    enum: PROVIDER_KEY_STATUSES,
    enumName: 'ProviderKeyStatus',
    description: 'Only active keys are used. refused: the provider refused it; test it again or replace its secret',
  })
  status: ProviderKeyStatus;

  @ApiProperty()
  enabled: boolean;

  @ApiProperty(MAX_CONCURRENT)
  maxConcurrent: number | null;

  @ApiProperty({
    nullable: true,
    type: Date,
    description: 'When the provider was last asked whether it accepts the key',
  })
  lastTestedAt: Date | null;

  @ApiProperty({ nullable: true, type: String, description: 'A code; null: the last test went well' })
  lastTestError: string | null;

  @ApiProperty({ nullable: true, type: Date, description: 'Up to a minute behind' })
  lastUsedAt: Date | null;

  @ApiProperty({ nullable: true, type: String, format: 'uuid', description: 'The person who made it' })
  createdBy: string | null;

  @ApiProperty()
  createdAt: Date;
}

export class ProviderKeyListDto {
  @ApiProperty({ type: [ProviderKeyDto], description: 'Newest first; of several active ones the newest is used' })
  data: ProviderKeyDto[];
}
