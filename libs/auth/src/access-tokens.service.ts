import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { AppConfig } from '#core/config';
import { TOKEN_AUDIENCE, TOKEN_ROLE } from './access-token.verifier.js';
import { SIGNING_ALGORITHM, SigningKeysService } from './signing-keys.service.js';
import { localIssuerUrl } from './token-issuer.js';

export const ACCESS_TOKEN_SECONDS = 15 * 60;

/** Signs the local issuer's access tokens, with the claims that Supabase Auth gives its own. */
@Injectable()
export class AccessTokensService {
  private readonly issuer: string;

  constructor(
    private readonly signingKeys: SigningKeysService,
    config: AppConfig,
  ) {
    this.issuer = localIssuerUrl(config);
  }

  /**
   * @param secondFactor whether the person has one: every session since its enrolment began with it.
   * @returns a JWT for 15 minutes.
   */
  async sign(user: { id: string; email: string }, sessionId: string, secondFactor: boolean): Promise<string> {
    const { kid, privateKey } = await this.signingKeys.current();
    const issuedAt = Math.floor(Date.now() / 1000);
    return new SignJWT({
      role: TOKEN_ROLE,
      email: user.email,
      phone: '',
      session_id: sessionId,
      aal: secondFactor ? 'aal2' : 'aal1',
      amr: (secondFactor ? ['totp', 'password'] : ['password']).map((method) => ({ method, timestamp: issuedAt })),
      is_anonymous: false,
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: {},
    })
      .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid, typ: 'JWT' })
      .setIssuer(this.issuer)
      .setAudience(TOKEN_AUDIENCE)
      .setSubject(user.id)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
      .sign(privateKey);
  }
}
