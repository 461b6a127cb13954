import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { errorCatalogue } from '#core/errors';
import { Public } from '#core/http';

/** The page that `type` of every problem document points to. */
@Controller('api/docs/errors')
export class ErrorReferenceController {
  @Get()
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'public, max-age=300')
  @ApiExcludeEndpoint()
  showErrors(): string {
    const rows = errorCatalogue().map(
      ({ code, status, title }) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
    );
    return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>BASE Agency API: errors</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:3rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #ddd}tr:target{background:#fff3bf}</style>
<h1>Errors</h1>
<p>Every refusal is an RFC 9457 problem document. Branch on <code>code</code>: it is stable.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></html>`;
  }
}
