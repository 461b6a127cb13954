import { Body, Controller, Delete, Get, HttpCode, Patch, Put, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated, CurrentPerson, type Person, ProblemResponse, readUpload, TakesUpload } from '#core/http';
import { MAX_AVATAR_BYTES } from './avatar-image.js';
import { AvatarsService } from './avatars.service.js';
import {
  MeDto,
  MyOrganizationWithPermissionsDto,
  SwitchOrganizationDto,
  UpdateProfileDto,
  UserDto,
} from './users.dto.js';
import { UsersService } from './users.service.js';

/** What people see and say of themselves, whoever keeps their accounts. */
@ApiTags('users')
@Controller('api/users/me')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly avatars: AvatarsService,
  ) {}

  @Get()
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'getMe', summary: 'Who you are, where you belong, what you may do there' })
  @ApiOkResponse({ type: MeDto })
  getMe(@CurrentPerson() person: Person): Promise<MeDto> {
    return this.users.me(person);
  }

  @Patch()
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'updateProfile', summary: 'Change your name, language or time zone' })
  @ApiOkResponse({ type: UserDto })
  updateProfile(@CurrentPerson() person: Person, @Body() body: UpdateProfileDto): Promise<UserDto> {
    return this.users.updateProfile(person, body);
  }

  @Put('organization')
  @Authenticated({ person: true })
  @ApiOperation({
    operationId: 'switchOrganization',
    summary: 'Remember the organization you work in; the next sign-in begins there',
  })
  @ApiOkResponse({ type: MyOrganizationWithPermissionsDto })
  @ProblemResponse(404, 'There is none with this id, or you do not belong to it')
  switchOrganization(
    @CurrentPerson() person: Person,
    @Body() body: SwitchOrganizationDto,
  ): Promise<MyOrganizationWithPermissionsDto> {
    return this.users.switchOrganization(person, body.organizationId.toLowerCase());
  }

  @Put('avatar')
  @Authenticated({ person: true })
  @ApiOperation({
    operationId: 'setAvatar',
    summary: 'Upload your picture',
    description:
      'PNG, JPEG or WebP, at most 5 MB and 50 megapixels. It is cut to a square WebP of 256 pixels; place, camera and other metadata are removed.',
  })
  @TakesUpload()
  @ApiOkResponse({ type: UserDto })
  @ProblemResponse(413, '`request.upload_too_large`')
  @ProblemResponse(415, '`users.avatar_unsupported`: told by the content, not by the name')
  @ProblemResponse(422, '`users.avatar_unreadable`, `request.upload_missing`')
  async setAvatar(@CurrentPerson() person: Person, @Req() request: FastifyRequest): Promise<UserDto> {
    return this.avatars.set(person, await readUpload(request, MAX_AVATAR_BYTES));
  }

  @Delete('avatar')
  @HttpCode(204)
  @Authenticated({ person: true })
  @ApiOperation({ operationId: 'removeAvatar', summary: 'Remove your picture' })
  @ApiNoContentResponse()
  async removeAvatar(@CurrentPerson() person: Person): Promise<void> {
    await this.avatars.remove(person);
  }
}
