import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { DisplayName, OptionalField } from '#core/http';

const Trimmed = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

export class BrandColorDto {
  @ApiProperty({ example: 'Azul profundo', minLength: 1, maxLength: 120 })
  @DisplayName()
  name: string;

  @ApiProperty({ example: '#12355b', pattern: '^#[0-9a-fA-F]{6}$' })
  @Matches(/^#[0-9a-f]{6}$/i)
  value: string;
}

export class BrandFontDto {
  @ApiProperty({ example: 'Títulos', minLength: 1, maxLength: 120, description: 'What it is used for' })
  @DisplayName()
  role: string;

  @ApiProperty({ example: 'Manrope', minLength: 1, maxLength: 120 })
  @DisplayName()
  family: string;
}

export class CreateBrandKitDto {
  @ApiProperty({ minLength: 1, maxLength: 120, example: 'Café Aurora' })
  @DisplayName()
  name: string;

  @ApiPropertyOptional({ type: [BrandColorDto], maxItems: 12 })
  @OptionalField()
  @IsArray()
  @ArrayMaxSize(12)
  @ValidateNested({ each: true })
  @Type(() => BrandColorDto)
  colors?: BrandColorDto[];

  @ApiPropertyOptional({ type: [BrandFontDto], maxItems: 6 })
  @OptionalField()
  @IsArray()
  @ArrayMaxSize(6)
  @ValidateNested({ each: true })
  @Type(() => BrandFontDto)
  fonts?: BrandFontDto[];

  @ApiPropertyOptional({ maxLength: 500, example: 'acolhedor, artesanal', description: 'How it looks and speaks' })
  @OptionalField()
  @IsString()
  @Trimmed()
  @MaxLength(500)
  tone?: string;

  @ApiPropertyOptional({ type: [String], maxItems: 20, example: ['luz da manhã', 'madeira clara'] })
  @OptionalField()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 60, { each: true })
  keywords?: string[];

  @ApiPropertyOptional({ maxLength: 8000, description: 'For people to read; never part of a prompt' })
  @OptionalField()
  @IsString()
  @Trimmed()
  @MaxLength(8000)
  guidelines?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'An image among the assets; null: none',
  })
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsUUID()
  logoAssetId?: string | null;
}

/** What is left out stays as it is. */
export class UpdateBrandKitDto extends PartialType(CreateBrandKitDto, { skipNullProperties: false }) {}

/** What a brand kit adds to a prompt: to be shown, and changed, before it is sent. */
export class PromptAdditionDto {
  @ApiProperty({ example: 'Brand palette: deep blue (#12355b). Mood: warm.' })
  en: string;

  @ApiProperty({ name: 'pt-BR', example: 'Paleta da marca: azul profundo (#12355b). Clima: acolhedor.' })
  'pt-BR': string;
}

export class BrandKitDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty({ type: [BrandColorDto] })
  colors: BrandColorDto[];

  @ApiProperty({ type: [BrandFontDto] })
  fonts: BrandFontDto[];

  @ApiProperty()
  tone: string;

  @ApiProperty({ type: [String] })
  keywords: string[];

  @ApiProperty()
  guidelines: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  logoAssetId: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'A signed link to the logo' })
  logoUrl: string | null;

  @ApiProperty({
    type: PromptAdditionDto,
    description: 'The sentences to append to a prompt, by its language. Nothing is added anywhere by itself',
  })
  promptAddition: PromptAdditionDto;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty()
  updatedAt: Date;
}

export class BrandKitListDto {
  @ApiProperty({ type: [BrandKitDto] })
  data: BrandKitDto[];
}
