import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { NextPage, PageLimit, PageStart, type Role, ROLES } from '#core/http';

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

  @NextPage('after')
  nextAfter: string | null;
}

export class ListMembersQuery {
  @PageLimit(50, 200)
  limit?: number;

  @PageStart('Only members whose user id comes after this one')
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
