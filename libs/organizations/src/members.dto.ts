import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsUUID, Max, Min } from 'class-validator';
import { OptionalField, ROLES, type Role } from '#core/http';

export class MemberDto {
  @ApiProperty({ format: 'uuid' })
  userId: string;

  @ApiProperty({ example: 'Ana Prado' })
  name: string;

  @ApiProperty({ format: 'email' })
  email: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  role: Role;

  @ApiProperty({ description: 'Member since' })
  createdAt: Date;
}

export class MemberPageDto {
  @ApiProperty({ type: [MemberDto] })
  data: MemberDto[];

  @ApiProperty({
    nullable: true,
    type: String,
    format: 'uuid',
    description: 'Pass as `after` for the next page; null: this is the last',
  })
  nextAfter: string | null;
}

export class ListMembersQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @OptionalField()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit?: number;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only members whose user id comes after this one' })
  @OptionalField()
  @IsUUID()
  after?: string;
}

export class ChangeMemberDto {
  @ApiProperty({ enum: ROLES, enumName: 'Role', description: 'Only owners make and unmake owners' })
  @IsIn(ROLES)
  role: Role;
}

export class TransferOwnershipDto {
  @ApiProperty({ format: 'uuid', description: 'A member, who becomes an owner; you become an admin' })
  @IsUUID()
  userId: string;
}
