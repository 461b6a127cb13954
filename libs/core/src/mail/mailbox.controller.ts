import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '#core/config';
import { NotFound, Unauthenticated } from '#core/errors';
import { isOperatorPassword, OPERATOR_CHALLENGE, Public } from '#core/http';
import { Mailbox } from './mailbox.js';
import { mailPage, mailboxPage } from './mailbox-page.js';

/**
 * The mails of an installation without SMTP, for whoever runs it: behind the password of Bull Board, because the links in
 * them are keys. Where mails go out by SMTP, or nobody has set a password, it does not exist.
 */
@ApiExcludeController()
@Controller('admin/mailbox')
export class MailboxController {
  private readonly mailbox: Mailbox;

  constructor(private readonly config: AppConfig) {
    this.mailbox = new Mailbox(config.mail.mailboxDirectory);
  }

  @Get()
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  async list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    this.admit(request, reply);
    return mailboxPage(await this.mailbox.list());
  }

  @Get(':id')
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  async read(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<string> {
    this.admit(request, reply);
    const mail = await this.mailbox.find(id);
    if (!mail) throw NotFound();
    return mailPage(mail);
  }

  private admit(request: FastifyRequest, reply: FastifyReply): void {
    const { bullBoardPassword: password } = this.config;
    if (this.config.mail.smtpUrl || !password) throw NotFound();
    if (isOperatorPassword(request.headers.authorization, password)) return;
    void reply.header('www-authenticate', OPERATOR_CHALLENGE);
    throw Unauthenticated('Give the user "operator" and the password of Bull Board.');
  }
}
