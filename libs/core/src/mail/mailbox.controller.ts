import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '#core/config';
import { NotFound } from '#core/errors';
import { Public } from '#core/http';
import { OperatorDoor } from '#core/operators';
import { Mailbox } from './mailbox.js';
import { MAILBOX_CONTENT_POLICY, mailPage, mailboxPage } from './mailbox-page.js';

/**
 * The mails of an installation without SMTP, for whoever runs it: behind the password of Bull Board, because the links in
 * them are keys. Where mails go out by SMTP, or nobody has set a password, it does not exist.
 */
@ApiExcludeController()
@Controller('admin/mailbox')
export class MailboxController {
  private readonly mailbox: Mailbox;

  constructor(
    private readonly config: AppConfig,
    private readonly door: OperatorDoor,
  ) {
    this.mailbox = new Mailbox(config.mail.mailboxDirectory);
  }

  @Get()
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Header('content-security-policy', MAILBOX_CONTENT_POLICY)
  async list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.admit(request, reply);
    return mailboxPage(await this.mailbox.list());
  }

  @Get(':id')
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Header('content-security-policy', MAILBOX_CONTENT_POLICY)
  async read(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<string> {
    await this.admit(request, reply);
    const mail = await this.mailbox.find(id);
    if (!mail) throw NotFound();
    return mailPage(mail);
  }

  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.config.mail.smtpUrl) throw NotFound();
    await this.door.admit(request, reply);
  }
}
