import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length } from 'class-validator';
import { IsEmailAddress, NextPage, PageLimit, PageStart, type Role, ROLES } from '#core/http';

/** Owners are made by owners among members, not by mail. */
export const INVITABLE_ROLES = ROLES.filter((role) => role !== 'owner');

export class CreateInvitationDto {
  @ApiProperty({ format: 'email', maxLength: 254 })
  @IsEmailAddress()
  email: string;

  @ApiProperty({ enum: INVITABLE_ROLES })
  @IsIn(INVITABLE_ROLES)
  role: Role;
}

export class InvitationDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ format: 'email' })
  email: string;

  @ApiProperty({ enum: INVITABLE_ROLES })
  role: Role;

  @ApiProperty({ nullable: true, type: String, format: 'uuid', description: 'Who invited, or made the key that did' })
  invitedBy: string | null;

  @ApiProperty()
  createdAt: Date;

  @ApiProperty()
  expiresAt: Date;
}

export class InvitationPageDto {
  @ApiProperty({ type: [InvitationDto] })
  data: InvitationDto[];

  @NextPage('before')
  nextBefore: string | null;
}

export class ListInvitationsQuery {
  @PageLimit(50, 200)
  limit?: number;

  @PageStart('Only invitations older than this one')
  before?: string;
}

export class InvitationTokenDto {
  @ApiProperty({ description: 'From the link in the mail' })
  @IsString()
  @Length(1, 200)
  token: string;
}

/** What the page behind the link shows before one signs in. */
export class InvitationPreviewDto {
  @ApiProperty({ example: 'Estúdio Água' })
  organizationName: string;

  @ApiProperty({ format: 'email' })
  email: string;

  @ApiProperty({ enum: INVITABLE_ROLES })
  role: Role;

  @ApiProperty()
  expiresAt: Date;
}

export class JoinedOrganizationDto {
  @ApiProperty({ format: 'uuid' })
  organizationId: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  role: Role;
}
